"""Bisect a failure: between digests, then among the changes between two images.

The caller runs the trials. Each trial must distinguish the failure in question from any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum


class TrialOutcome(str, Enum):
    """What a trial of a bisection showed."""

    SAME = "same"  # the very failure that is looked for
    GOOD = "good"
    OTHER = "other"  # it fails in another way
    UNDECIDED = "undecided"  # could not be built or judged

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class SingleChange:
    """A change that can be made alone. `area` is pip, apt or env; `after` is empty if it is removed."""

    area: str
    name: str
    before: str = ""
    after: str = ""


class BisectionEnd(str, Enum):
    """How a bisection ended."""

    ISOLATED = "found"
    NOT_SEPARABLE = "not separable"
    OUT_OF_TIME = "out of time"
    NO_PAIR = "no pair"  # the good one is not good, or the bad one fails in another way

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Bisection:
    """The smallest set of changes known to cause the failure, and the digests between which it appeared."""

    ending: BisectionEnd
    culprits: tuple[SingleChange, ...] = ()
    good: str = ""
    bad: str = ""
    trials: int = 0
    why: str = ""


Trial = Callable[[tuple[SingleChange, ...]], TrialOutcome]
"""Makes some of the changes to the good image, in the order given, and tells how that ends."""


class OutOfTime(Exception):
    """The budget is spent."""


@dataclass
class Budget:
    """Counts trials and ends them after *seconds*; a running trial may finish."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    trials: int = 0
    _since: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._since = self.clock()

    def spend(self) -> None:
        """Count one more trial. Raises OutOfTime."""
        if self.clock() - self._since > self.seconds:
            raise OutOfTime
        self.trials += 1


def narrow_digests(
    digests: Sequence[str], trial: Callable[[str], TrialOutcome], budget: Budget
) -> tuple[str, str]:
    """Return the closest good and bad digest that the failure lies between; *digests* begin good and end bad.

    Undecided trials are skipped, so the two need not be adjacent. When time is out, they are the closest that
    are known.
    """
    good, bad, open_ones = digests[0], digests[-1], list(digests[1:-1])
    while open_ones:
        middle = len(open_ones) // 2
        try:
            budget.spend()
        except OutOfTime:
            break
        outcome = trial(open_ones[middle])
        if outcome is TrialOutcome.SAME:
            bad, open_ones = open_ones[middle], open_ones[:middle]
        elif outcome is TrialOutcome.GOOD:
            good, open_ones = open_ones[middle], open_ones[middle + 1 :]
        else:
            del open_ones[middle]
    return good, bad


def smallest_failing_set(changes: Sequence[SingleChange], trial: Trial, budget: Budget) -> Bisection:
    """The smallest set of *changes* that was found to bring the failure about (ddmin).

    First no change and then all are made: the search means nothing unless those end well and with
    the failure.
    Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002.
    """
    known: tuple[SingleChange, ...] = ()
    try:
        if (outcome := _try((), trial, budget)) is not TrialOutcome.GOOD:
            return Bisection(
                BisectionEnd.NO_PAIR, trials=budget.trials, why=f"without any change it is {outcome}"
            )
        if not changes:
            return Bisection(
                BisectionEnd.NOT_SEPARABLE, trials=budget.trials, why="no change can be made alone"
            )
        if (outcome := _try(tuple(changes), trial, budget)) is not TrialOutcome.SAME:
            why = f"with all changes that can be made alone it is {outcome}"
            return Bisection(BisectionEnd.NOT_SEPARABLE, trials=budget.trials, why=why)
        known = tuple(changes)
        for smaller in _smaller(known, lambda subset: _try(subset, trial, budget)):
            known = smaller
    except OutOfTime:
        why = f"{budget.seconds:.0f} s are over"
        return Bisection(BisectionEnd.OUT_OF_TIME, known, trials=budget.trials, why=why)
    return Bisection(BisectionEnd.ISOLATED, known, trials=budget.trials)


def _smaller(failing: tuple[SingleChange, ...], trial: Trial) -> Iterator[tuple[SingleChange, ...]]:
    """Yield ever smaller sets that fail, until no piece can be left out."""
    pieces = 2
    while len(failing) > 1:
        size = -(-len(failing) // pieces)
        parts = [failing[start : start + size] for start in range(0, len(failing), size)]
        rests = (
            [tuple(changes for changes in failing if changes not in part) for part in parts]
            if pieces > 2
            else []
        )
        smaller = next((changes for changes in (*parts, *rests) if trial(changes) is TrialOutcome.SAME), None)
        if smaller is not None:
            pieces = max(pieces - 1, 2) if smaller in rests else 2
            failing = smaller
            yield failing
        elif pieces >= len(failing):
            return
        else:
            pieces = min(2 * pieces, len(failing))


def _try(subset: tuple[SingleChange, ...], trial: Trial, budget: Budget) -> TrialOutcome:
    budget.spend()
    return trial(subset)
