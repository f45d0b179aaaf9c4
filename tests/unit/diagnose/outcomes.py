"""Cells that ended one way or another, for judging whose fault it was."""

from __future__ import annotations

from typing import Any

from tf_docker_check.model.blame import CellBase
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.finding import Confidence, Evidence, Finding
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import BuildResult, BuildStep, Check
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status

RUNGS = ("environment", "import", "matmul")


def cell(
    name: str,
    runner: str = "cpu",
    *,
    wrong: str = "",
    reason: str = "ImportError: broken",
    cause: str = "",
    evidence: str = "",
    control: str = "",
    untouched: bool = False,
    image: str = "",
    **about: Any,
) -> CellResult:
    """A cell that passed, or failed in the check *wrong* (and skipped what came after)."""
    there = Cell(name, "2.21.0", "", runner)
    place = RUNGS.index(wrong) if wrong in RUNGS else len(RUNGS)
    checks = [
        *(Check(rung, Status.PASSED) for rung in RUNGS[:place]),
        *([Check(wrong, Status.FAILED, reason)] if wrong else []),
        *(Check(rung, Status.SKIPPED, "import failed") for rung in RUNGS[place + 1 :]),
    ]
    found = Finding(cause, cause, Confidence.LIKELY, (Evidence(evidence),) if evidence else ())
    return CellResult(
        there.id,
        there,
        **{
            "status": Status.FAILED if wrong else Status.PASSED,
            "reason": f"{wrong}: {reason}" if wrong else "",
            "findings": (found,) if cause else (),
            "image": Image(image or f"sha256:{name}"),
            "checks": tuple(checks),
            "base": CellBase(f"{control}/tf2.21.0@{runner}" if control else "", untouched),
            **about,
        },
    )


def unbuilt(name: str, *, control: str = "", line: int = 0) -> CellResult:
    """A cell whose image could not be built."""
    step = BuildStep("RUN make", error="exit code: 2", line=line)
    build = BuildResult(Status.FAILED, steps=(step,), reason="exit code: 2")
    return cell(name, control=control, status=Status.FAILED, reason="exit code: 2", image="x", build=build)
