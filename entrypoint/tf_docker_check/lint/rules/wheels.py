"""Rules: whether pip finds a wheel for each requirement, and may install it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from tf_docker_check.dockerfile.source import Edit
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import Install, base_of, follows_releases, python_of, tensorflow_installs
from tf_docker_check.resources.images import python_images
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import Release, as_of, newest_for, packages, releases

_ERROR_ON_PURPOSE = {"tensorflow-gpu": "2.12.0"}  # a source package whose setup only raises an error
_NO_SYSTEM_PIP = ("venv", "virtualenv", "conda", "externally-managed")


def no_wheel(stage: Stage) -> Iterator[Remark]:
    """TFD020."""
    for install in tensorflow_installs(stage):
        if install.wanted.specifier is None or not follows_releases(install) or removed_name(install):
            continue
        if install.wanted.pin and install.release is None:
            yield from _never_was(install)
        elif install.wanted.pin and install.release:
            yield from _not_for(stage, install, install.release)
        elif install.release is None and install.python in python_images():
            has = newest_for(install.python, stage.architecture)
            yield Remark(
                install.wanted.span,
                f"no TensorFlow that `{install.wanted.span.text}` admits has a wheel for "
                f"{_python_label(stage, install)} (catalog of {as_of()})",
                f"take {_other_tensorflow(has)}" if has else f"take Python {_newest().pythons[-1]} or older",
            )


def removed(stage: Stage) -> Iterator[Remark]:
    """TFD023."""
    for install in tensorflow_installs(stage):
        if reason := removed_name(install):
            yield Remark(install.wanted.span, reason, _instead(install), _edits(install))


def managed(stage: Stage) -> Iterator[Remark]:
    """TFD025."""
    system = base_of(stage).distribution
    if (
        system is None
        or not system.externally_managed
        or base_of(stage).family not in ("cuda", "distribution")
    ):
        return
    if "PIP_BREAK_SYSTEM_PACKAGES" in stage.environment or any(
        word in stage.all_shell_text for word in _NO_SYSTEM_PIP
    ):
        return
    run = next(
        (run for run in stage.pip_installs if run.managed and python_of(stage, run) == system.python), None
    )
    if run:
        yield Remark(
            run.span,
            f"the pip of {stage.root.known_image} refuses to install outside a virtual environment: "
            "`error: externally-managed-environment`",
            "make one (`python3 -m venv /opt/venv` and `ENV PATH=/opt/venv/bin:$PATH`), "
            "or start from a python image",
        )


def removed_name(install: Install) -> str:
    """Why there is no such distribution any more at the version asked for; empty where there is."""
    row = packages().get(install.wanted.name)
    if row is None or not row.last or install.run.foreign or install.wanted.specifier is None:
        return ""
    if install.wanted.pin and _number(install.wanted.pin) > version(row.last):
        return f"{row.name} ended with {row.last}{f': {row.after}' if row.after else ''}"
    broken = _ERROR_ON_PURPOSE.get(row.name)
    if broken and not install.wanted.pin and install.wanted.requirement.allows(broken):
        return f"pip takes {row.name} {broken}, which does nothing but fail: {row.name} ended with {row.last}"
    return ""


def _never_was(install: Install) -> Iterator[Remark]:
    wanted, known = _number(install.wanted.pin), [release.parsed for release in releases()]
    if wanted.is_prerelease or wanted.is_devrelease or not known[0] < wanted < _newest().parsed:
        return
    near = [r.version for r in releases() if r.final and r.parsed.release[:2] == wanted.release[:2]]
    yield Remark(
        install.wanted.span,
        f"TensorFlow {install.wanted.pin} was never released",
        f"there are {', '.join(near)}" if near else f"the newest is {_newest().version}",
    )


def _not_for(stage: Stage, install: Install, release: Release) -> Iterator[Remark]:
    architecture = stage.architecture
    named, pythons = f"{install.wanted.name} {release.version}", release.pythons_on(architecture)
    other_package = architecture != "x86_64" and install.wanted.name != "tensorflow"
    if not pythons or other_package:
        message = f"{named} has no wheel for {architecture}"
        yield Remark(install.wanted.span, message, "install tensorflow, from 2.10 on")
    elif install.wanted.name not in release.packages:
        yield Remark(install.wanted.span, f"there is no {named}", f"install tensorflow=={release.version}")
    elif install.python and install.python not in pythons:
        newest = _other_tensorflow(newest_for(install.python, architecture))
        yield Remark(
            install.wanted.span,
            f"{named} has no wheel for {_python_label(stage, install)}",
            f"take one of {', '.join(pythons)}" + (f", or {newest}" if newest else ""),
        )


def _python_label(stage: Stage, install: Install) -> str:
    """Return the Python version and, if it is the image's own, the image."""
    origin = f" of {stage.root.known_image}" if not install.run.python and stage.root.known_image else ""
    return f"Python {install.python}{origin}"


def _other_tensorflow(release: Release | None) -> str:
    return f"TensorFlow {release.version}, the newest for this Python" if release else ""


def _instead(install: Install) -> str:
    return {
        "tensorflow-gpu": "install tensorflow[and-cuda] (from 2.14 on), or tensorflow on an image with CUDA",
        "tensorflow-cpu-aws": "install tensorflow",
        "tensorflow-aarch64": "install tensorflow",
    }.get(install.wanted.name, "install tensorflow, or an older version")


def _edits(install: Install) -> tuple[Edit, ...]:
    """The same release under its present name, where that gives what was meant."""
    release, written = install.release, install.wanted.span.text
    if not release or install.wanted.name != "tensorflow-gpu" or release.parsed < version("2.12"):
        return ()
    extra = release.and_cuda
    if extra and (extra.missing or (install.python or release.pythons[-1]) not in extra.pythons):
        return ()
    name = "tensorflow[and-cuda]" if extra else "tensorflow"
    return (Edit(install.wanted.span, re.sub(r"tensorflow[-_]gpu", name, written, flags=re.IGNORECASE)),)


def _newest() -> Release:
    return next(release for release in reversed(releases()) if release.final)


def _number(text: str) -> Version:
    try:
        return version(text)
    except InvalidVersion:
        return version("0")
