"""What became of a fault, and whether that is what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faults.fault import Expected

BAD = ("failed", "errored")


@dataclass(frozen=True)
class Outcome:
    """One cell of results.json, cut down to what faults speak of."""

    status: str
    at: str = ""
    cause: str = ""
    confidence: str = ""
    remedy: str = ""
    reason: str = ""

    @classmethod
    def of(cls, results: Mapping[str, Any], name: str) -> Outcome:
        """The cell of the strategy *name*; one that was left out counts as `excluded`."""
        cells = [cell for cell in results["cells"] if cell["cell"]["strategy"].startswith(name)]
        if not cells:
            excluded = results.get("excluded") or [{}]
            return cls("excluded", reason=str(excluded[0].get("reason", "")))
        (cell,) = cells
        first = (cell.get("findings") or [{}])[0]
        return cls(
            status=cell["status"],
            at=_place(cell),
            cause=first.get("cause", ""),
            confidence=first.get("confidence", ""),
            remedy=first.get("remedy", ""),
            reason=cell.get("reason", ""),
        )


def _place(cell: Mapping[str, Any]) -> str:
    if (cell.get("build") or {}).get("status") in BAD:
        return "build"
    bad = [check["name"] for status in BAD for check in cell.get("checks") or () if check["status"] == status]
    return bad[0].partition(":")[0] if bad else ""


def differences(expected: Expected, got: Outcome) -> list[str]:
    """How *got* is not as *expected*, in words."""
    pairs = {
        "status": (expected.status, got.status),
        "at": (expected.at, got.at),
        "cause": (expected.cause, got.cause),
    }
    said = [
        f"{name} {have or 'none'}, not {want or 'none'}"
        for name, (want, have) in pairs.items()
        if want != have
    ]
    lacking = [word for word in expected.remedy if word.lower() not in got.remedy.lower()]
    return said + ([f"the remedy does not say {', '.join(lacking)}: {got.remedy}"] if lacking else [])
