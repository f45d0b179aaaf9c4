"""The results of a run while it lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from tf_docker_check.errors import CheckError
from tf_docker_check.model.event import CellEnded, Observer
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.pipeline.cells import unjudged


@dataclass
class Ledger:
    """The results so far. `keep` is called with all of them after every change."""

    base: Results
    observe: Observer
    keep: Callable[[Results], None]
    started: float = field(default_factory=time.monotonic)
    cells: dict[str, CellResult] = field(default_factory=dict)
    engines: list[EngineInfo] = field(default_factory=list)
    absent: list[CheckError] = field(default_factory=list)  # why engines could not be had
    notes: list[str] = field(default_factory=list)
    private: Collection[str] = ()  # values that no command may show

    def add(self, result: CellResult) -> None:
        """Record a verdict, tell it, keep it."""
        self.cells[result.id] = result
        self.observe(CellEnded(result))
        self.keep(self.results)

    def close(self, plan: Plan, reason: str) -> None:
        """For *reason*, nothing more comes for the cells of *plan* that have no verdict yet."""
        for planned in plan.cells:
            if planned.cell.id not in self.cells:
                self.add(unjudged(planned, reason))

    @property
    def results(self) -> Results:
        """Everything known now."""
        return replace(
            self.base,
            run=replace(self.base.run, seconds=round(time.monotonic() - self.started, 3)),
            engines=tuple(self.engines),
            cells=tuple(self.cells.values()),
            notes=(*self.base.notes, *self.notes),
        )
