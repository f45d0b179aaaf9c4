from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.nightly.bisect import (
    BisectionEnd,
    Budget,
    SingleChange,
    TrialOutcome,
    narrow_digests,
    smallest_failing_set,
)

ATOMS = tuple(SingleChange("pip", f"p{number}", "1", "2") for number in range(12))


def needs(*names: str, unless: str = ""):
    """Fails in the same way once all of *names* are changed; cannot be built with *unless* alone changed."""

    def trial(subset):
        made = {each.name for each in subset}
        if unless and unless in made and not made >= set(names):
            return TrialOutcome.UNDECIDED
        return TrialOutcome.SAME if made >= set(names) and names else TrialOutcome.GOOD

    return trial


@given(st.sets(st.sampled_from([each.name for each in ATOMS]), min_size=1, max_size=4))
def test_it_finds_exactly_the_changes_that_are_needed(names) -> None:
    found = smallest_failing_set(ATOMS, needs(*names), Budget(1e9))
    assert found.ending is BisectionEnd.ISOLATED
    assert {each.name for each in found.culprits} == names


def test_one_of_many_takes_few_trials() -> None:
    many = tuple(SingleChange("pip", f"p{number}") for number in range(200))
    assert smallest_failing_set(many, needs("p137"), Budget(1e9)).trials <= 20


def test_trials_that_decide_nothing_make_no_culprit() -> None:
    found = smallest_failing_set(ATOMS, needs("p3", unless="p4"), Budget(1e9))
    assert [each.name for each in found.culprits] == ["p3"]


def test_another_failure_is_not_the_one_looked_for() -> None:
    def trial(subset):
        made = {each.name for each in subset}
        return (
            TrialOutcome.SAME
            if {"p1", "p2"} <= made
            else TrialOutcome.OTHER
            if "p1" in made
            else TrialOutcome.GOOD
        )

    found = smallest_failing_set(ATOMS, trial, Budget(1e9))
    assert [each.name for each in found.culprits] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("trial", "ending"),
    [
        (lambda subset: TrialOutcome.GOOD, BisectionEnd.NOT_SEPARABLE),
        (lambda subset: TrialOutcome.SAME, BisectionEnd.NO_PAIR),
        (lambda subset: TrialOutcome.OTHER if subset else TrialOutcome.GOOD, BisectionEnd.NOT_SEPARABLE),
        (lambda subset: TrialOutcome.UNDECIDED, BisectionEnd.NO_PAIR),
    ],
)
def test_without_a_good_and_a_bad_end_there_is_no_search(trial, ending: BisectionEnd) -> None:
    found = smallest_failing_set(ATOMS, trial, Budget(1e9))
    assert (found.ending, found.culprits) == (ending, ())
    assert found.why


def test_nothing_to_change_is_not_separable() -> None:
    assert smallest_failing_set((), needs("p"), Budget(1e9)).ending is BisectionEnd.NOT_SEPARABLE


def test_out_of_time_it_tells_the_smallest_set_so_far() -> None:
    clock = iter(range(100))
    found = smallest_failing_set(ATOMS, needs("p0"), Budget(4, clock=lambda: float(next(clock))))
    assert found.ending is BisectionEnd.OUT_OF_TIME
    assert ATOMS[0] in found.culprits
    assert len(found.culprits) < len(ATOMS)


@pytest.mark.parametrize("first_bad", range(1, 9))
def test_the_failure_lies_between_two_neighbours(first_bad: int) -> None:
    digests, asked = [str(number) for number in range(9)], []

    def trial(digest: str) -> TrialOutcome:
        asked.append(digest)
        return TrialOutcome.SAME if int(digest) >= first_bad else TrialOutcome.GOOD

    assert narrow_digests(digests, trial, Budget(1e9)) == (str(first_bad - 1), str(first_bad))
    assert len(asked) <= 3


def test_digests_that_decide_nothing_are_passed_over() -> None:
    answers = {"1": TrialOutcome.GOOD, "2": TrialOutcome.UNDECIDED, "3": TrialOutcome.SAME}
    assert narrow_digests(["0", "1", "2", "3", "4"], answers.__getitem__, Budget(1e9)) == ("1", "3")


def test_out_of_time_between_digests_is_what_is_known() -> None:
    assert narrow_digests(["0", "1", "2"], lambda _: TrialOutcome.GOOD, Budget(-1)) == ("0", "2")
