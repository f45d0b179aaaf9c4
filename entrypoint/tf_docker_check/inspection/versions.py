"""Versions that are dotted numbers, compared as such."""

from __future__ import annotations

import re

_DOTTED = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})*")


def numbers(text: str) -> tuple[int, ...]:
    """The numbers *text* begins with: ``2.41-5`` is (2, 41); nothing is ()."""
    match = _DOTTED.match(text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def newest(texts: list[str]) -> str:
    """The greatest of *texts*; empty where there are none."""
    return max(texts, key=numbers, default="")
