"""What two results documents differ in."""

from __future__ import annotations

from dataclasses import dataclass, field

DRIFT_VERSION = 1


@dataclass(frozen=True)
class Change:
    """Something that is not as it was; empty where it was not or is not there."""

    area: str
    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class CellDrift:
    """A cell of two results: `how` is broke, recovered, cause, appeared, gone or changed (it ended alike)."""

    id: str
    how: str
    before: str = ""  # passed, or failed: cause
    after: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Drift:
    """What two results differ in; cells that broke first, the biggest suspects of each first."""

    schema: int
    before: str
    after: str
    cells: tuple[CellDrift, ...] = field(default_factory=tuple)
