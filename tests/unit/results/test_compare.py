from __future__ import annotations

from dataclasses import replace

import pytest
from report.samples import (
    BASE,
    CONTROL,
    CRASHED,
    ENGINE,
    ERRORED,
    FAILING_IMPORT,
    HEAD,
    HEALTHY,
    KNOWN,
    MINE,
    SKIPPED,
    SLIM,
    checks,
    results,
)

from tf_docker_check.model.blame import Change
from tf_docker_check.model.image import Image
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.results.compare import NONE, BaselineStatus, CellComparison, compare, is_new

OTHER = replace(FAILING_IMPORT, findings=FAILING_IMPORT.findings[1:])
OWNED = replace(FAILING_IMPORT, known="numpy-abi until 2026-12-31")
PASSING = replace(FAILING_IMPORT, status=Status.PASSED, findings=(), checks=checks())
STUCK = replace(FAILING_IMPORT, status=Status.ERRORED, findings=())


def beside(cell: CellResult, before: CellResult) -> CellComparison:
    return compare(results(cell), results(before)).by_id[cell.id]


@pytest.mark.parametrize(
    ("cell", "before", "relation", "new"),
    [
        (PASSING, PASSING, BaselineStatus.SAME, False),
        (PASSING, FAILING_IMPORT, BaselineStatus.FIXED, False),
        (PASSING, STUCK, BaselineStatus.UNKNOWN, False),
        (FAILING_IMPORT, PASSING, BaselineStatus.NEW, True),
        (FAILING_IMPORT, FAILING_IMPORT, BaselineStatus.ALREADY, False),
        (FAILING_IMPORT, OWNED, BaselineStatus.ALREADY, False),
        (FAILING_IMPORT, OTHER, BaselineStatus.OTHER_CAUSE, True),
        (FAILING_IMPORT, STUCK, BaselineStatus.UNKNOWN, True),
        (FAILING_IMPORT, HEALTHY, BaselineStatus.NEW_CELL, True),
        (OWNED, PASSING, BaselineStatus.NEW, False),
        (STUCK, PASSING, BaselineStatus.UNKNOWN, False),
        (STUCK, STUCK, BaselineStatus.UNKNOWN, False),
        (SKIPPED, SKIPPED, BaselineStatus.SAME, False),
    ],
)
def test_a_cell_beside_itself_on_the_base_branch(cell, before, relation, new):
    found = beside(cell, before)
    assert (found.relation, is_new(cell, found)) == (relation, new)


def test_without_a_base_nothing_is_compared_and_every_failure_is_new():
    assert compare(HEAD, None) == NONE
    assert is_new(MINE, None)


def failing(rung: str, words: str) -> CellResult:
    return replace(CRASHED, checks=checks(rung, words), findings=())


@pytest.mark.parametrize(
    ("cell", "before", "relation"),
    [
        (failing("fit", "died at 0x7f31"), failing("fit", "died at 0x1234"), BaselineStatus.ALREADY),
        (failing("fit", "died"), failing("fit", "is wrong"), BaselineStatus.OTHER_CAUSE),
        (failing("fit", "died"), failing("conv", "died"), BaselineStatus.OTHER_CAUSE),
        (
            failing("fit", "died"),
            replace(failing("fit", "died"), findings=OTHER.findings),
            BaselineStatus.OTHER_CAUSE,
        ),
    ],
)
def test_where_no_cause_is_known_the_check_and_its_words_tell(cell, before, relation):
    assert beside(cell, before).relation is relation


def test_what_is_only_there_is_gone_but_for_controls():
    found = compare(results(HEALTHY), results(HEALTHY, CRASHED, CONTROL))
    assert found.gone == (CRASHED.id,)


def test_the_bases_commit_and_what_changed():
    found = compare(HEAD, BASE)
    assert found.commit.startswith("a1b2c3d")
    mine = found.by_id[MINE.id]
    assert mine.changes == (Change("numpy", "2.0.2", "1.24.4"),)
    assert mine.size == 240_000_000


def test_versions_digests_and_cuda_are_told_where_both_tell_them():
    facts = {
        **HEALTHY.facts,
        "wanted.cuda": "12.5.1",
        "gpu.library.libcudnn.so.9": {"path": "x", "version": "9.3.0"},
    }
    newer = {
        **facts,
        "wanted.cuda": "12.9.0",
        "gpu.library.libcudnn.so.9": {"path": "", "elsewhere": ["/l/libcudnn.so.8"]},
    }
    cell = replace(HEALTHY, facts=newer, build=replace(HEALTHY.build, base_digest="sha256:new"))
    before = replace(HEALTHY, facts=facts, build=replace(HEALTHY.build, base_digest="sha256:old"))
    assert beside(cell, before).changes == (
        Change("CUDA wanted", "12.5.1", "12.9.0"),
        Change("cuDNN found", "9.3", "8"),
        Change("base image", "sha256:old", "sha256:new"),
    )
    assert beside(cell, replace(HEALTHY, facts={}, build=None)).changes == ()


@pytest.mark.parametrize(("cpus", "more"), [(4, 1.5), (2, None)])
def test_times_are_compared_between_like_machines_only(cpus, more):
    slower = replace(
        HEALTHY,
        checks=tuple(
            replace(c, seconds=c.seconds + 1.5) if c.name == "import" else c for c in HEALTHY.checks
        ),
    )
    base = replace(results(HEALTHY), engines=(replace(ENGINE, cpus=cpus),))
    assert compare(results(slower), base).by_id[HEALTHY.id].import_seconds == more


def test_what_is_not_known_is_not_compared():
    found = beside(replace(SLIM, image=Image("x")), SLIM)
    assert found.size is None
    assert beside(ERRORED, ERRORED).import_seconds is None
    assert beside(KNOWN, KNOWN).import_seconds is None


@pytest.mark.parametrize("told", ["text", ["list"], {"libcudnn.so": 1}, None, {"path": 1, "version": ["9"]}])
def test_a_strangers_facts_break_nothing(told):
    facts = {
        "packages.versions": told,
        "gpu.library.libcudnn.so.9": told,
        "wanted.cuda": told,
        "gpu.devices": told,
    }
    strange = replace(HEALTHY, facts=facts)
    assert beside(strange, HEALTHY).relation is BaselineStatus.SAME
