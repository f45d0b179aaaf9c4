"""Paths and URLs that pip is asked to install, in place of requirements."""

from __future__ import annotations

import re
from posixpath import basename
from urllib.parse import unquote

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from tf_docker_check.requirements.requirement import Requirement, parse_requirement
from tf_docker_check.resources.packages import dependents

_QUERY = re.compile(r"[?#].*", re.DOTALL)
_EGG = re.compile(r"[#&]egg=(?P<name>[A-Za-z0-9._-]+)")
_REPOSITORY = re.compile(
    r"(?:git|hg|svn|bzr)\+[a-z+]+:[^#?]*?/(?P<name>[A-Za-z0-9._-]+?)(?:\.git)?/?(?:@[^#]*)?(?:#.*)?"
)
_HINT = re.compile(r"tensorflow|keras|(?:^|-)tf(?:-|$)")


def is_target(text: str) -> bool:
    """Whether pip takes *text* for a path or a URL."""
    return text.startswith((".", "/", "~", "$", "file:", "git+")) or "://" in text.partition("@")[0]


def hints_at_tensorflow(name: str) -> bool:
    """Whether a distribution of that name may well bring a TensorFlow of its choice."""
    return _HINT.search(name) is not None or name in dependents()


def repository_requirement(text: str) -> Requirement | None:
    """The distribution that a URL of a repository stands for, by the name that it gives; of no known version."""
    match = _REPOSITORY.fullmatch(text)
    egg = _EGG.search(text) if match else None
    return parse_requirement(f"{(egg or match)['name']} @ {text}") if match else None


def url_file_name(url: str) -> str:
    """Return the last part of the path of *url*; empty where it has none. Any text will do, unlike for urlsplit."""
    path = _QUERY.sub("", url).partition("://")[2]
    return basename(path) if "/" in path else ""


def archive_requirement(text: str) -> Requirement | None:
    """The requirement that a wheel or another archive of a distribution stands for, by its name."""
    name = unquote(url_file_name(text) if "://" in text else basename(text)).partition("[")[0]
    try:
        if name.endswith(".whl"):
            distribution, version, _, _ = parse_wheel_filename(name)
        else:
            distribution, version = parse_sdist_filename(name)
    except (InvalidWheelFilename, InvalidSdistFilename, ValueError):
        return None
    return parse_requirement(f"{distribution}=={version}")
