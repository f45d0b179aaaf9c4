"""From what users write about Python versions to Pythons that exist."""

from __future__ import annotations

import re
from collections.abc import Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from tf_docker_check.errors import UsageError
from tf_docker_check.resources.images import python_image, python_images
from tf_docker_check.resources.rows import minor, version

OLDEST_PROBED = "3.6"
"""The probes that run inside images need this much."""

_VERSION = re.compile(r"^[0-9]+\.[0-9]+(\.[0-9]+)?$")


def resolve_pythons(specs: Sequence[str], possible: Sequence[str]) -> tuple[str, ...]:
    """What *specs* stand for, where *possible* are the Pythons that the TensorFlow of a cell has wheels for.

    `auto` is the newest of these, `all` are all of them, a range (``>=3.10``) those inside it, as far
    as there is a slim image and the probes run on it; a version (``3.11``, ``3.11.7``) stands for
    itself. UsageError for a Python that never was.
    """
    fit = [
        python for python in possible if python_image(python) and version(python) >= version(OLDEST_PROBED)
    ]
    pythons: dict[str, None] = {}
    for spec in specs:
        pythons.update(dict.fromkeys(_resolve(spec, fit or list(possible))))
    return tuple(pythons)


def _resolve(spec: str, fit: list[str]) -> Sequence[str]:
    if spec == "auto":
        return fit[-1:]
    if spec == "all":
        return fit
    if _VERSION.match(spec):
        if minor(spec) not in python_images():
            raise _no_such(spec)
        return [spec]
    try:
        wanted = SpecifierSet(spec)
    except InvalidSpecifier:
        raise _no_such(spec) from None
    if not spec.strip():
        raise _no_such(spec)
    return [python for python in fit if wanted.contains(python)]


def _no_such(spec: str) -> UsageError:
    known = [python for python in python_images() if version(python) >= version(OLDEST_PROBED)]
    return UsageError(
        f"no Python is meant by {spec!r}",
        why=f"known are {known[0]} to {known[-1]}",
        remedy="write a version (3.12), a range ('>=3.10'), all, or auto (the newest that fits)",
    )
