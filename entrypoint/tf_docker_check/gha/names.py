"""Names of the artifacts by which the jobs of a run hand results on: tf-docker-check-KEY-PART-ATTEMPT."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

PLAN, REPORT, NIGHT = "plan", "report", "nightly"
KEY = re.compile(r"[A-Za-z0-9._]{1,50}")
"""Letters, digits, dots and underscores. No dashes: they part the name."""


def artifact_name(key: str, part: str, attempt: int) -> str:
    """What the artifact of *part* is called; a second attempt has another name, for names are taken once."""
    return f"tf-docker-check-{key}-{part}-{attempt}"


def newest(names: Iterable[str], key: str) -> Mapping[str, str]:
    """Of *names*, the newest attempt of each part under *key*, by part."""
    pattern = re.compile(rf"tf-docker-check-{re.escape(key)}-(?P<part>.+)-(?P<attempt>[0-9]{{1,9}})")
    attempts: dict[str, tuple[int, str]] = {}
    for name in names:
        if match := pattern.fullmatch(name):
            attempts[match["part"]] = max(attempts.get(match["part"], (0, "")), (int(match["attempt"]), name))
    return {part: name for part, (_, name) in attempts.items()}
