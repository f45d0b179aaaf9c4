from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.model.nightly import Atom, Ending, Outcome
from tf_docker_check.upstream.bisect import Budget, neighbours, smallest

ATOMS = tuple(Atom("pip", f"p{number}", "1", "2") for number in range(12))


def needs(*names: str, unless: str = ""):
    """Fails in the same way once all of *names* are changed; cannot be built with *unless* alone changed."""

    def trial(subset):
        made = {each.name for each in subset}
        if unless and unless in made and not made >= set(names):
            return Outcome.UNDECIDED
        return Outcome.SAME if made >= set(names) and names else Outcome.GOOD

    return trial


@given(st.sets(st.sampled_from([each.name for each in ATOMS]), min_size=1, max_size=4))
def test_it_finds_exactly_the_changes_that_are_needed(names) -> None:
    found = smallest(ATOMS, needs(*names), Budget(1e9))
    assert found.ending is Ending.FOUND
    assert {each.name for each in found.culprits} == names


def test_one_of_many_takes_few_trials() -> None:
    many = tuple(Atom("pip", f"p{number}") for number in range(200))
    assert smallest(many, needs("p137"), Budget(1e9)).trials <= 20


def test_trials_that_decide_nothing_make_no_culprit() -> None:
    found = smallest(ATOMS, needs("p3", unless="p4"), Budget(1e9))
    assert [each.name for each in found.culprits] == ["p3"]


def test_another_failure_is_not_the_one_looked_for() -> None:
    def trial(subset):
        made = {each.name for each in subset}
        return Outcome.SAME if {"p1", "p2"} <= made else Outcome.OTHER if "p1" in made else Outcome.GOOD

    found = smallest(ATOMS, trial, Budget(1e9))
    assert [each.name for each in found.culprits] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("trial", "ending"),
    [
        (lambda subset: Outcome.GOOD, Ending.NOT_SEPARABLE),
        (lambda subset: Outcome.SAME, Ending.NO_PAIR),
        (lambda subset: Outcome.OTHER if subset else Outcome.GOOD, Ending.NOT_SEPARABLE),
        (lambda subset: Outcome.UNDECIDED, Ending.NO_PAIR),
    ],
)
def test_without_a_good_and_a_bad_end_there_is_no_search(trial, ending: Ending) -> None:
    found = smallest(ATOMS, trial, Budget(1e9))
    assert (found.ending, found.culprits) == (ending, ())
    assert found.why


def test_nothing_to_change_is_not_separable() -> None:
    assert smallest((), needs("p"), Budget(1e9)).ending is Ending.NOT_SEPARABLE


def test_out_of_time_it_tells_the_smallest_set_so_far() -> None:
    clock = iter(range(100))
    found = smallest(ATOMS, needs("p0"), Budget(4, clock=lambda: float(next(clock))))
    assert found.ending is Ending.OUT_OF_TIME
    assert ATOMS[0] in found.culprits
    assert len(found.culprits) < len(ATOMS)


@pytest.mark.parametrize("first_bad", range(1, 9))
def test_the_failure_lies_between_two_neighbours(first_bad: int) -> None:
    digests, asked = [str(number) for number in range(9)], []

    def trial(digest: str) -> Outcome:
        asked.append(digest)
        return Outcome.SAME if int(digest) >= first_bad else Outcome.GOOD

    assert neighbours(digests, trial, Budget(1e9)) == (str(first_bad - 1), str(first_bad))
    assert len(asked) <= 3


def test_digests_that_decide_nothing_are_passed_over() -> None:
    answers = {"1": Outcome.GOOD, "2": Outcome.UNDECIDED, "3": Outcome.SAME}
    assert neighbours(["0", "1", "2", "3", "4"], answers.__getitem__, Budget(1e9)) == ("1", "3")


def test_out_of_time_between_digests_is_what_is_known() -> None:
    assert neighbours(["0", "1", "2"], lambda _: Outcome.GOOD, Budget(-1)) == ("0", "2")
