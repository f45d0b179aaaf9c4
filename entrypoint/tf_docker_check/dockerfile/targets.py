"""Paths and URLs that pip is asked to install, in place of requirements."""

from __future__ import annotations

from posixpath import basename
from urllib.parse import unquote, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from tf_docker_check.requirements.requirement import Requirement, parse_requirement


def is_target(text: str) -> bool:
    """Whether pip takes *text* for a path or a URL."""
    return text.startswith((".", "/", "~", "$", "file:", "git+")) or "://" in text.partition("@")[0]


def archive_requirement(text: str) -> Requirement | None:
    """The requirement that a wheel or another archive of a distribution stands for, by its name."""
    name = unquote(basename(urlsplit(text).path if "://" in text else text)).partition("[")[0]
    try:
        if name.endswith(".whl"):
            distribution, version, _, _ = parse_wheel_filename(name)
        else:
            distribution, version = parse_sdist_filename(name)
    except (InvalidWheelFilename, InvalidSdistFilename, ValueError):
        return None
    return parse_requirement(f"{distribution}=={version}")
