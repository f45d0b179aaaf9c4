"""A good image with some of the changes of the bad one, as the text of a Dockerfile."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from tf_docker_check.model.number import parse_version
from tf_docker_check.nightly.bisect import SingleChange
from tf_docker_check.resources.files import text

_SYSTEM = re.compile(r"[a-z0-9][a-z0-9+.-]{0,100}(:[a-z0-9]{1,20})?")
_SYSTEM_VERSION = re.compile(r"[A-Za-z0-9.+:~-]{1,100}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,100}[A-Za-z0-9])?")


def dockerfile(base: str, good: Mapping[str, str], changes: Sequence[SingleChange]) -> str:
    """Return a Dockerfile on *base* that installs the pip packages *good* and then makes *changes*.

    Nothing else changes. Entries of *good* that are not valid names or versions are left out.
    """
    good_packages = [
        SingleChange("pip", name, after=version) for name, version in sorted(good.items()) if version
    ]
    installed = [f"{change.name}=={change.after}" for change in separable_changes(good_packages)]
    commands = [*_pip_install(installed), *_system(changes), *_pip(changes)] or ["true"]
    environment = [
        f"ENV {change.name}={json.dumps(change.after).replace('$', chr(92) + '$')}"
        for change in changes
        if change.area == "env"
    ]
    return (
        text("bisect.Dockerfile")
        .replace("@BASE@", base)
        .replace("@ENVIRONMENT@\n", "".join(f"{line}\n" for line in environment))
        .replace("@COMMANDS@", "; \\\n    ".join(commands))
    )


def separable_changes(changes: Iterable[SingleChange]) -> tuple[SingleChange, ...]:
    """Return those of *changes* that can be made alone; names and versions come from images, untrusted."""
    return tuple(change for change in changes if _can_be_made(change))


def _can_be_made(change: SingleChange) -> bool:
    if change.area == "pip":
        return bool(_NAME.fullmatch(change.name)) and (not change.after or _is_version(change.after))
    if change.area == "apt":
        return bool(_SYSTEM.fullmatch(change.name) and _SYSTEM_VERSION.fullmatch(change.after or "0"))
    return bool(_VARIABLE.fullmatch(change.name)) and change.after.isprintable()


def _pip(changes: Sequence[SingleChange]) -> list[str]:
    mine = [change for change in changes if change.area == "pip"]
    gone = [canonicalize_name(change.name) for change in mine if not change.after]
    removal = [f"python3 -m pip uninstall --yes {' '.join(gone)}"] if gone else []
    return [*removal, *_pip_install([f"{change.name}=={change.after}" for change in mine if change.after])]


def _pip_install(wanted: Sequence[str]) -> list[str]:
    return [f"python3 -m pip install --no-deps {shlex.join(wanted)}"] if wanted else []


def _system(changes: Sequence[SingleChange]) -> list[str]:
    mine = [change for change in changes if change.area == "apt"]
    wanted = [f"{change.name}={change.after}" if change.after else f"{change.name}-" for change in mine]
    if not wanted:
        return []
    options = "--yes --no-install-recommends --allow-downgrades"
    return [
        "apt-get update",
        f"DEBIAN_FRONTEND=noninteractive apt-get install {options} {shlex.join(wanted)}",
    ]


def _is_version(given: str) -> bool:
    try:
        parse_version(given)
    except InvalidVersion:
        return False
    return True
