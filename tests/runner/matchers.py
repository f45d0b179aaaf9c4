"""Problem matchers, which make annotations of lines in no command's form: IssueMatcher.cs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FIELDS = ("file", "line", "column", "severity", "code", "message", "fromPath")
COLOUR = re.compile(r"\x1b\[[0-9;]*m?")


@dataclass
class Matcher:
    """Its `patterns` have to match lines in a row; `seen` holds what the earlier ones found."""

    owner: str
    severity: str
    patterns: Sequence[Mapping[str, Any]]
    seen: list[dict[str, str]] = field(default_factory=list)

    def match(self, line: str) -> dict[str, str] | None:
        """The problem that *line* completes."""
        pattern = self.patterns[len(self.seen)]
        found = re.search(pattern["regexp"], line)
        if not found:
            again = bool(self.seen)
            self.seen.clear()
            return self.match(line) if again else None
        told = {**(self.seen[-1] if self.seen else {}), **_groups(pattern, found)}
        if len(self.seen) + 1 < len(self.patterns):
            self.seen.append(told)
            return None
        if not pattern.get("loop"):
            self.seen.clear()
        return {"severity": self.severity, **told}


def load(text: str) -> list[Matcher]:
    """The matchers of a file that ``::add-matcher::`` names."""
    return [
        Matcher(each["owner"], each.get("severity", "error"), each["pattern"])
        for each in json.loads(text)["problemMatcher"]
    ]


def bare(line: str) -> str:
    """*line* as matchers see it: without colour codes (OutputManager.cs)."""
    return COLOUR.sub("", line)


def _groups(pattern: Mapping[str, Any], found: re.Match[str]) -> dict[str, str]:
    return {name: found[pattern[name]] or "" for name in FIELDS if name in pattern}
