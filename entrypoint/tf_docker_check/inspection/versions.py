"""Versions that are dotted numbers, compared as such."""

from __future__ import annotations

import re

_DOTTED = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})*")


def parse_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers that *text* begins with: ``2.41-5`` gives (2, 41), none gives ()."""
    match = _DOTTED.match(text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def newest(texts: list[str]) -> str:
    """Return the greatest of *texts*; empty if there are none."""
    return max(texts, key=parse_numbers, default="")
