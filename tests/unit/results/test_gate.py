from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from report.samples import (
    BASE,
    BUILD_FAILURE,
    CONTROL,
    CRASHED,
    ERRORED,
    FAILING_IMPORT,
    HEAD,
    HEALTHY,
    KNOWN,
    MIXED,
    SKIPPED,
    results,
)

from tf_docker_check.model.config import KnownFailure
from tf_docker_check.model.results import Results
from tf_docker_check.results.compare import compare
from tf_docker_check.results.gate import apply_known, conclusion

UNTIL = date(2026, 6, 30)
ENTRY = KnownFailure("slim", "numpy-abi", UNTIL, "@ml-platform", "waits for numpy 2")


@pytest.mark.parametrize(
    ("cells", "fail_on", "expected"),
    [
        ((HEALTHY,), "new", ("success", 0)),
        ((HEALTHY, SKIPPED), "any", ("success", 0)),
        ((HEALTHY, FAILING_IMPORT), "new", ("failure", 1)),
        ((HEALTHY, FAILING_IMPORT), "any", ("failure", 1)),
        ((HEALTHY, FAILING_IMPORT), "error", ("neutral", 0)),
        ((HEALTHY, FAILING_IMPORT), "never", ("neutral", 0)),
        ((HEALTHY, ERRORED), "new", ("neutral", 3)),
        ((HEALTHY, ERRORED), "error", ("neutral", 3)),
        ((HEALTHY, ERRORED), "never", ("neutral", 0)),
        ((ERRORED, FAILING_IMPORT), "any", ("failure", 1)),
        ((ERRORED, FAILING_IMPORT), "error", ("neutral", 3)),
        ((HEALTHY, KNOWN), "any", ("success", 0)),
        ((KNOWN, ERRORED), "any", ("neutral", 3)),
        ((SKIPPED,), "any", ("neutral", 3)),
        ((SKIPPED,), "never", ("neutral", 0)),
        ((), "new", ("neutral", 3)),
    ],
)
def test_the_gate(cells, fail_on, expected):
    verdict = conclusion(Results(cells=cells), fail_on)
    assert (verdict.conclusion, verdict.exit_code) == expected


OTHER_CAUSE = replace(FAILING_IMPORT, findings=FAILING_IMPORT.findings[1:])


@pytest.mark.parametrize(
    ("cells", "before", "fail_on", "expected"),
    [
        ((FAILING_IMPORT,), (FAILING_IMPORT,), "new", ("neutral", 0)),
        ((FAILING_IMPORT,), (FAILING_IMPORT,), "any", ("failure", 1)),
        ((FAILING_IMPORT,), (OTHER_CAUSE,), "new", ("failure", 1)),
        ((FAILING_IMPORT,), (HEALTHY,), "new", ("failure", 1)),
        ((FAILING_IMPORT,), (), "new", ("failure", 1)),
        ((FAILING_IMPORT, CRASHED), (FAILING_IMPORT,), "new", ("failure", 1)),
        ((FAILING_IMPORT, ERRORED), (FAILING_IMPORT,), "new", ("neutral", 3)),
        ((KNOWN,), (HEALTHY,), "new", ("success", 0)),
        ((HEALTHY,), (HEALTHY,), "new", ("success", 0)),
        ((FAILING_IMPORT,), (HEALTHY,), "never", ("neutral", 0)),
    ],
)
def test_beside_a_base_only_what_is_new_closes_the_gate(cells, before, fail_on, expected):
    here = Results(cells=cells)
    verdict = conclusion(here, fail_on, compare(here, Results(cells=before)))
    assert (verdict.conclusion, verdict.exit_code) == expected


def test_beside_a_base_failures_are_counted_apart():
    verdict = conclusion(HEAD, comparison=compare(HEAD, BASE))
    assert verdict.headline == "1 new failure, 1 already failing, 1 known failure, 4 passed"
    assert (verdict.counts.failed, verdict.counts.new, verdict.counts.already) == (2, 1, 1)
    assert (conclusion(HEAD).counts.new, conclusion(HEAD).counts.already) == (2, 0)


def test_the_headline_counts_everything_worst_first():
    verdict = conclusion(MIXED)
    assert verdict.headline == "3 failed, 1 errored (infrastructure), 1 known failure, 2 passed, 1 skipped"
    assert (verdict.counts.failed, verdict.counts.known, verdict.counts.passed) == (3, 1, 2)
    assert conclusion(Results()).headline == "nothing was checked"


def test_a_passed_cell_is_no_known_failure_whatever_a_document_says():
    assert conclusion(results(replace(HEALTHY, known="so it says"))).counts.passed == 1


@pytest.mark.parametrize("today", [date(2026, 1, 1), UNTIL])
def test_a_known_failure_does_not_close_the_gate_before_its_date(today):
    marked = apply_known(results(HEALTHY, FAILING_IMPORT), [ENTRY], today)
    assert [cell.known for cell in marked.cells] == [
        "",
        "numpy-abi until 2026-06-30, owned by @ml-platform: waits for numpy 2",
    ]
    assert conclusion(marked).exit_code == 0


def test_after_its_date_it_is_red_again_and_says_so():
    marked = apply_known(results(FAILING_IMPORT), [ENTRY], date(2026, 7, 1)).cells[0]
    assert not marked.known
    assert marked.reason.endswith("(known failure (numpy-abi) ended on 2026-06-30)")


def test_another_cause_is_red_and_says_so():
    other = replace(ENTRY, cause="no-wheel")
    marked = apply_known(results(FAILING_IMPORT), [other], UNTIL).cells[0]
    assert not marked.known
    assert "the known failure here is no-wheel, this is numpy-abi" in marked.reason


def test_an_unknown_cause_is_not_excused():
    marked = apply_known(results(CRASHED), [replace(ENTRY, cell="official-gpu")], UNTIL).cells[0]
    assert "of unknown cause" in marked.reason
    assert conclusion(results(marked)).exit_code == 1


def test_one_valid_entry_among_several_is_enough():
    entries = [replace(ENTRY, until=date(2020, 1, 1)), replace(ENTRY, cause="no-wheel"), ENTRY]
    assert apply_known(results(FAILING_IMPORT), entries, UNTIL).cells[0].known


def test_only_the_cells_of_the_pattern_and_only_failures_are_touched():
    given = results(BUILD_FAILURE, ERRORED, HEALTHY)
    assert (
        apply_known(given, [replace(ENTRY, cell="slim"), replace(ENTRY, cell="official-gpu")], UNTIL) == given
    )


def test_marking_twice_is_marking_once():
    once = apply_known(results(FAILING_IMPORT), [ENTRY], UNTIL)
    assert apply_known(once, [ENTRY], UNTIL) == once


def test_a_control_does_not_count():
    verdict = conclusion(results(HEALTHY, replace(CONTROL, status=CRASHED.status)))
    assert (verdict.conclusion, verdict.headline) == ("success", "1 passed")
    assert conclusion(results(CONTROL)).exit_code == 3
