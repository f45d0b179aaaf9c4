"""What happens during a run, as it happens. Progress is drawn from these and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tf_docker_check.model.observation import BuildResult, Check
from tf_docker_check.model.results import CellResult


@dataclass(frozen=True)
class RunStarted:
    """How much there is to do: `counts` says it in words."""

    cells: int
    counts: str


@dataclass(frozen=True)
class BuildStarted:
    """A build or pull began. `build` names it in all events of it; `title` says it to people."""

    build: str
    title: str


@dataclass(frozen=True)
class BuildLine:
    """One line that the builder or the registry printed; a stranger's text."""

    build: str
    line: str


@dataclass(frozen=True)
class BuildEnded:
    """A build or pull is over."""

    build: str
    result: BuildResult


@dataclass(frozen=True)
class CellStarted:
    """The checks of a cell began."""

    cell: str


@dataclass(frozen=True)
class CheckEnded:
    """One rung of a cell's ladder is over."""

    cell: str
    check: Check


@dataclass(frozen=True)
class CellEnded:
    """A cell has its verdict, also where it was skipped and never started."""

    result: CellResult


@dataclass(frozen=True)
class CellsErrored:
    """Several cells got no verdict, all for the same reason."""

    cells: int
    reason: str


Event = (
    RunStarted | BuildStarted | BuildLine | BuildEnded | CellStarted | CheckEnded | CellEnded | CellsErrored
)

Observer = Callable[[Event], None]
"""Takes events from any thread and never raises."""
