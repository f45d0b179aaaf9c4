"""What will become of an image on a host, told without running it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(str, Enum):
    """How a cell will end on a host."""

    WORKS = "works"
    DEGRADED = "degraded"  # it runs, but something beside the import does not
    FAILS = "fails"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Source:
    """A row of the catalog that a judgement rests on, such as ``tensorflow 2.21.0``."""

    row: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Judgement:
    """What one rule says. `rule`: its id, such as ``gpu-libraries``; `verdict` is never `works`."""

    rule: str
    verdict: Verdict
    reason: str
    cause: str = ""  # an id of causes.md, where there is one
    remedy: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Remark:
    """What surprises people and changes no verdict."""

    rule: str
    text: str
    remedy: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class PredictionSummary:
    """A prediction in short: its verdict and what decides it. `sure`: every row it rests on was verified."""

    host: str
    verdict: Verdict
    sure: bool
    rule: str = ""
    reason: str = ""
    cause: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Prediction:
    """The verdict is that of `judgements`' first, which outweighs the others; none: it works.

    `sources` are what a prediction that all is well rests on.
    """

    host: str
    judgements: tuple[Judgement, ...] = ()
    sources: tuple[Source, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def short(self) -> PredictionSummary:
        """The first of it, to stand beside what was observed."""
        if not self.judgements:
            return PredictionSummary(self.host, self.verdict, self.sure)
        first = self.judgements[0]
        return PredictionSummary(
            self.host, first.verdict, self.sure, first.rule, first.reason, first.cause, first.remedy
        )

    @property
    def verdict(self) -> Verdict:
        """How it will end."""
        return self.judgements[0].verdict if self.judgements else Verdict.WORKS

    @property
    def sure(self) -> bool:
        """Whether every row it rests on was verified, and nothing is unknown; else it is only likely."""
        rows = self.judgements[0].sources if self.judgements else self.sources
        return self.verdict is not Verdict.UNKNOWN and all(row.verified for row in rows)
