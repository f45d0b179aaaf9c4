"""Cells, records and nights for tests."""

from __future__ import annotations

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.finding import Confidence, Evidence, Finding
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.nightly.night import Night, Record

OLD, NEW, NEWER = (f"sha256:{character * 64}" for character in "abc")


def cell(status: str = "failed", cause: str = "", *evidence: str, name: str = "slim", **more) -> CellResult:
    of = Cell(name, "2.21.0", "3.12", "cpu")
    finding = Finding(cause, "a title", Confidence.CONFIRMED, tuple(map(Evidence, evidence)), "a remedy")
    return CellResult(of.id, of, Status(status), findings=(finding,) if cause else (), **more)


def record(run: int = 1, result: str = "passed", cell: str = "a@cpu", digest: str = OLD, **more) -> Record:
    return Record(**{"run": run, "attempt": 1, "when": f"2026-01-{run:02}", "cell": cell, "result": result,
                     "image": "img:1", "digest": digest, **more})  # fmt: skip


def night(run: int, when: str = "", *, complete: bool = True, attempt: int = 1) -> Night:
    return Night(run, attempt, when or f"2026-01-{run:02}T00:00:00+00:00", complete)
