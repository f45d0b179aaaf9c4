from __future__ import annotations

from dataclasses import replace

from report.samples import CRASHED, ERRORED, FAILING_IMPORT, HEAD, HEALTHY, KNOWN, MINE, results

from tf_docker_check.model.blame import Blame, FaultOwner
from tf_docker_check.model.results import CellResult
from tf_docker_check.results.compare import NONE, compare
from tf_docker_check.results.group import group_failures


def named(cell: CellResult, name: str, **changes: object) -> CellResult:
    return replace(cell, id=name, **changes)  # type: ignore[arg-type]


def told(*cells: CellResult) -> list[list[str]]:
    return [[cell.id for cell in group.cells] for group in group_failures(results(*cells), NONE)]


def test_one_cause_with_one_remedy_is_one_family():
    assert told(named(FAILING_IMPORT, "a"), named(FAILING_IMPORT, "b"), HEALTHY) == [["a", "b"]]


def test_another_remedy_or_fault_is_another_family():
    finding = replace(FAILING_IMPORT.findings[0], remedy="another")
    blame = Blame(FaultOwner.RUNNER, "why")
    other = named(FAILING_IMPORT, "b", findings=(finding,))
    runner = named(FAILING_IMPORT, "c", blame=blame)
    assert told(named(FAILING_IMPORT, "a"), other, runner) == [["a"], ["b"], ["c"]]


def test_an_unknown_cause_stands_alone_but_not_what_kept_us_from_judging():
    assert told(named(CRASHED, "a"), named(CRASHED, "b")) == [["a"], ["b"]]
    assert told(named(ERRORED, "a"), named(ERRORED, "b")) == [["a", "b"]]


def test_new_comes_first_then_whose_then_known_then_not_judged():
    upstream = named(FAILING_IMPORT, "upstream", blame=Blame(FaultOwner.UPSTREAM, "why"))
    runner = named(FAILING_IMPORT, "runner", blame=Blame(FaultOwner.RUNNER, "why"))
    old = named(CRASHED, "old")
    cells = results(ERRORED, KNOWN, old, runner, upstream, MINE)
    found = group_failures(cells, compare(cells, results(old)))
    assert [group.first.id for group in found] == [
        MINE.id,
        "upstream",
        "runner",
        "old",
        KNOWN.id,
        ERRORED.id,
    ]
    assert [group.new for group in found] == [True, True, True, False, False, False]


def test_the_words_say_how_sure_how_new_whose():
    found = group_failures(HEAD, compare(HEAD, results()))
    assert found[0].words == ("confirmed", "new cell", "yours")
    assert group_failures(HEAD, NONE)[0].words == ("confirmed", "yours")
