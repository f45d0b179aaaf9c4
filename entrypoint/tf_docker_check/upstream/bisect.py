"""The search for what brought a failure about: between digests, then among the changes between two.

The trials are the caller's. Each must tell the very failure that is looked for from any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tf_docker_check.model.nightly import Atom, Bisected, Ending, Outcome

Trial = Callable[[tuple[Atom, ...]], Outcome]
"""Makes some of the changes to the good image, in the order given, and tells how that ends."""


class OutOfTime(Exception):
    """The budget is spent."""


@dataclass
class Budget:
    """Counts trials and ends them when *seconds* are over; a trial under way is let finish."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    trials: int = 0
    _since: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._since = self.clock()

    def spend(self) -> None:
        """One more trial. Raises OutOfTime."""
        if self.clock() - self._since > self.seconds:
            raise OutOfTime
        self.trials += 1


def neighbours(digests: Sequence[str], trial: Callable[[str], Outcome], budget: Budget) -> tuple[str, str]:
    """The good and the bad one of *digests* (good first, bad last) that the failure lies between.

    What a trial cannot decide is passed over, so that the two need not be next to each other.
    Out of time, they are the closest that are known.
    """
    good, bad, open_ones = digests[0], digests[-1], list(digests[1:-1])
    while open_ones:
        middle = len(open_ones) // 2
        try:
            budget.spend()
        except OutOfTime:
            break
        outcome = trial(open_ones[middle])
        if outcome is Outcome.SAME:
            bad, open_ones = open_ones[middle], open_ones[:middle]
        elif outcome is Outcome.GOOD:
            good, open_ones = open_ones[middle], open_ones[middle + 1 :]
        else:
            del open_ones[middle]
    return good, bad


def smallest(changes: Sequence[Atom], trial: Trial, budget: Budget) -> Bisected:
    """The smallest set of *changes* that was found to bring the failure about (ddmin).

    First no change and then all are made: the search means nothing unless those end well and with
    the failure.
    Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002.
    """
    known: tuple[Atom, ...] = ()
    try:
        if (outcome := _tried((), trial, budget)) is not Outcome.GOOD:
            return Bisected(Ending.NO_PAIR, trials=budget.trials, why=f"without any change it is {outcome}")
        if not changes:
            return Bisected(Ending.NOT_SEPARABLE, trials=budget.trials, why="no change can be made alone")
        if (outcome := _tried(tuple(changes), trial, budget)) is not Outcome.SAME:
            why = f"with all changes that can be made alone it is {outcome}"
            return Bisected(Ending.NOT_SEPARABLE, trials=budget.trials, why=why)
        known = tuple(changes)
        for smaller in _smaller(known, lambda subset: _tried(subset, trial, budget)):
            known = smaller
    except OutOfTime:
        why = f"{budget.seconds:.0f} s are over"
        return Bisected(Ending.OUT_OF_TIME, known, trials=budget.trials, why=why)
    return Bisected(Ending.FOUND, known, trials=budget.trials)


def _smaller(failing: tuple[Atom, ...], trial: Trial) -> Iterator[tuple[Atom, ...]]:
    """Ever smaller sets that fail, until no piece can be left out or stand alone."""
    pieces = 2
    while len(failing) > 1:
        size = -(-len(failing) // pieces)
        parts = [failing[start : start + size] for start in range(0, len(failing), size)]
        rests = [tuple(each for each in failing if each not in part) for part in parts] if pieces > 2 else []
        smaller = next((each for each in (*parts, *rests) if trial(each) is Outcome.SAME), None)
        if smaller is not None:
            pieces = max(pieces - 1, 2) if smaller in rests else 2
            failing = smaller
            yield failing
        elif pieces >= len(failing):
            return
        else:
            pieces = min(2 * pieces, len(failing))


def _tried(subset: tuple[Atom, ...], trial: Trial, budget: Budget) -> Outcome:
    budget.spend()
    return trial(subset)
