"""The results of a run while it lasts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Protocol

from tf_docker_check.errors import CheckError
from tf_docker_check.model.event import CellEnded, CellsErrored, Observer
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.pipeline.cells import make_errored_result


class Keeper(Protocol):
    """Keeps results beyond the end of this process."""

    def add(self, results: Results) -> None:
        """Keep *results*, which hold one cell that has ended; called once for each, so it must be cheap."""

    def save(self, results: Results) -> None:
        """Keep all *results* so far; called as a run begins, and when it ends or is interrupted."""


@dataclass
class RunState:
    """The results so far. `keeper` gets each cell as it ends, and all of them by `save`."""

    base: Results
    observe: Observer
    keeper: Keeper | None = None
    started: float = field(default_factory=time.monotonic)
    cells: dict[str, CellResult] = field(default_factory=dict)
    engines: list[EngineInfo] = field(default_factory=list)
    unreachable: list[CheckError] = field(default_factory=list)  # why engines could not be reached
    notes: list[str] = field(default_factory=list)

    def add(self, result: CellResult) -> None:
        """Record *result*, report it to the observer, and keep it."""
        self._keep(result)
        self.observe(CellEnded(result))

    def _keep(self, result: CellResult) -> None:
        self.cells[result.id] = result
        if self.keeper:
            self.keeper.add(Results(run=self.results.run, engines=tuple(self.engines), cells=(result,)))

    def close(self, plan: Plan, reason: str) -> None:
        """Record the cells of *plan* that have no result yet as errored, for *reason*."""
        errored = [
            make_errored_result(planned, reason)
            for planned in plan.cells
            if planned.cell.id not in self.cells
        ]
        if len(errored) == 1:
            self.add(errored[0])
            return
        for result in errored:
            self._keep(result)
        if errored:
            self.observe(CellsErrored(len(errored), reason))

    def save(self) -> None:
        """Keep all results so far."""
        if self.keeper:
            self.keeper.save(self.results)

    def sort(self, plan: Plan) -> None:
        """Put the cells into the order of *plan*."""
        self.cells = {planned.cell.id: self.cells[planned.cell.id] for planned in plan.cells}

    @property
    def results(self) -> Results:
        """Return everything known so far."""
        return replace(
            self.base,
            run=replace(self.base.run, seconds=round(time.monotonic() - self.started, 3)),
            engines=tuple(self.engines),
            cells=tuple(self.cells.values()),
            notes=(*self.base.notes, *self.notes),
        )
