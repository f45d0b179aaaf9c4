"""Texts of strangers that attack a reader: one file for each place where such text ends up."""

from __future__ import annotations

import json
from pathlib import Path

SINKS = ("log", "markdown", "outputs", "shell", "terminal", "xml")


def attacks(sink: str) -> list[str]:
    """The texts that attack *sink*, one of `SINKS`. Some hold lone surrogates, which no file can."""
    found: list[str] = json.loads((Path(__file__).parent / f"{sink}.json").read_text())
    return found


def everything() -> list[str]:
    """All of them, for whatever is read in more than one way."""
    return [text for sink in SINKS for text in attacks(sink)]
