"""Parse the WWW-Authenticate header of a registry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SCHEME = re.compile(r"\s*(bearer|basic)\b\s*", re.IGNORECASE)
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*,?')
MAX_LENGTH = 8192


@dataclass(frozen=True)
class Challenge:
    """`scheme` is ``bearer`` or ``basic``; parameters by lower-case name (realm, service, scope)."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)


def parse(header: str) -> Challenge | None:
    """Return the first Bearer or Basic challenge of *header*; None if it has neither."""
    scheme = _SCHEME.match(header[:MAX_LENGTH])
    if not scheme:
        return None
    parameters, at = {}, scheme.end()
    while values := _PARAMETER.match(header[:MAX_LENGTH], at):
        name, quoted, bare = values.groups()
        parameters[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
        at = values.end()
    return Challenge(scheme[1].lower(), parameters)
