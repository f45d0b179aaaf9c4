"""How much detail a page shows, from everything to the minimum that always fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any


@dataclass(frozen=True)
class Detail:
    """How much is shown; numbers are upper bounds."""

    log_lines: int = 40  # of each failing cell
    logs: int = 1000  # cells of one group whose logs are shown
    hosts: int = 10_000  # cells whose digests and timings are shown
    noise: bool = True
    passing: int = 10_000  # rows of images that pass or were not run
    changes: int = 100  # against the base branch
    evidence: int = 8
    reproduce: int = 1000  # failures whose commands are shown
    sections: int = 1000
    rows: int = 10_000  # of images that do not pass
    others: int = 1000  # skipped, excluded, notes


_STEPS: tuple[dict[str, Any], ...] = (
    {"hosts": 40},
    {"logs": 3},
    {"logs": 1},
    {"log_lines": 20},
    {"log_lines": 10},
    {"log_lines": 5},
    {"log_lines": 0},
    {"hosts": 0},
    {"noise": False},
    {"passing": 100},
    {"passing": 30},
    {"passing": 10},
    {"passing": 0, "others": 100},
    {"changes": 20, "others": 20},
    {"evidence": 3},
    {"evidence": 1, "changes": 10},
    {"reproduce": 30},
    {"reproduce": 15},
    {"reproduce": 5},
    {"reproduce": 0},
    {"sections": 200},
    {"sections": 100},
    {"sections": 50, "others": 10},
    {"sections": 25, "rows": 200},
    {"sections": 10, "rows": 100, "others": 5},
    {"sections": 3, "rows": 50, "evidence": 0},
    {"sections": 0, "rows": 20, "others": 0, "changes": 0},
    {"rows": 5},
)
LEVELS = tuple(accumulate(_STEPS, lambda detail, less: replace(detail, **less), initial=Detail()))
"""From everything to next to nothing: logs, hosts, what is harmless, what passes,
evidence, failures."""
