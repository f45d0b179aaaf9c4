"""Check the form of version specs. Which versions exist is checked by `matrix`."""

from __future__ import annotations

from packaging.specifiers import InvalidSpecifier
from packaging.version import InvalidVersion

from tf_docker_check.config.wording import nearest, show_value
from tf_docker_check.model.number import parse_specifiers, parse_version

_WORDS = {"tensorflow": ("latest", "nightly", "auto"), "python": ("auto", "all")}
_LIKE = {
    "tensorflow": "2.21.0, 2.16.*, >=2.15,<2.18, latest, nightly or auto",
    "python": "3.12, >=3.10, all or auto",
}


def version_problem(spec: str, of: str) -> str:
    """Return what is wrong with *spec*, a version of ``tensorflow`` or ``python``; empty if valid."""
    if spec in _WORDS[of] or _is_version(spec.removesuffix(".*")) or _is_range(spec):
        return ""
    return f"invalid version {show_value(spec)}" + (
        nearest(spec, _WORDS[of]) or f"; write it like {_LIKE[of]}"
    )


def _is_version(text: str) -> bool:
    try:
        return bool(parse_version(text))
    except InvalidVersion:
        return False


def _is_range(text: str) -> bool:
    try:
        return bool(parse_specifiers(text))
    except InvalidSpecifier:
        return False
