"""Hiding secrets: Runner.Sdk/SecretMasker, and the encoders that Runner.Common/HostContext.cs gives it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote
from xml.sax.saxutils import escape

HIDDEN = "***"
OUTPUT_UNITS = 1024 * 1024  # UTF-16 units of a job's outputs (GitHub docs, "Metadata syntax", outputs)


def forms(secret: str) -> frozenset[str]:
    """*secret* and the forms of it that are hidden with it; PowerShell's are left out."""
    return frozenset(form for form in _forms(secret) if form)


def _forms(secret: str) -> Iterator[str]:
    data = secret.encode(errors="replace")
    yield secret
    for shift in range(3):
        yield base64.b64encode(data[shift:]).decode()
    yield secret.replace('"', '\\"')
    yield secret.replace("'", "''")
    yield json.dumps(secret)[1:-1]
    yield quote(secret, safe="", errors="replace")
    yield escape(secret, {'"': "&quot;", "'": "&apos;"})
    if len(secret) > 8 and secret[0] == secret[-1] == '"':
        yield secret[1:-1]


def masked(text: str, hidden: Collection[str]) -> str:
    """*text* with every stretch that belongs to one of *hidden* replaced; touching ones become one."""
    covered = [False] * len(text)
    for form in hidden:
        for found in re.finditer(f"(?={re.escape(form)})", text):
            covered[found.start() : found.start() + len(form)] = [True] * len(form)
    shown = []
    for at, character in enumerate(text):
        if not covered[at]:
            shown.append(character)
        elif at == 0 or not covered[at - 1]:
            shown.append(HIDDEN)
    return "".join(shown)


def job_outputs(outputs: Mapping[str, str], hidden: Collection[str]) -> dict[str, str]:
    """What other jobs get (JobExtension.cs): nothing that is empty or holds a secret, nothing if too much."""
    kept = {name: value for name, value in outputs.items() if value and masked(value, hidden) == value}
    units = sum(len(f"{name}{value}".encode("utf-16-le")) // 2 for name, value in kept.items())
    return kept if units <= OUTPUT_UNITS else {}
