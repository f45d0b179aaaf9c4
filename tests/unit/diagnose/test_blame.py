from __future__ import annotations

from dataclasses import replace

import pytest

from diagnose.outcomes import cell, unbuilt
from tf_docker_check.diagnose.blame import assign_blame
from tf_docker_check.model.blame import Blame, CellBase, FaultOwner
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import Check, Death
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status

YOURS, UPSTREAM, RUNNER, NOT_YOURS = (
    FaultOwner.YOURS,
    FaultOwner.UPSTREAM,
    FaultOwner.RUNNER,
    FaultOwner.NOT_YOURS,
)
SLIM, BROKEN = cell("slim", untouched=True), cell("slim", untouched=True, wrong="import")
APP = cell("app", control="slim", wrong="import")


def blame(*cells: CellResult) -> Blame | None:
    """Of the first cell, in a matrix with the others."""
    return assign_blame(Results(cells=cells)).cells[0].blame


def whose(*cells: CellResult) -> FaultOwner | None:
    found = blame(*cells)
    return found.owner if found else None


@pytest.mark.parametrize(
    ("app", "control", "expected"),
    [
        pytest.param(APP, SLIM, YOURS, id="control passes"),
        pytest.param(APP, BROKEN, UPSTREAM, id="control fails alike"),
        pytest.param(
            cell("app", control="slim", wrong="import", cause="numpy-abi"),
            cell("slim", untouched=True, wrong="matmul", cause="numpy-abi"),
            YOURS,
            id="the control passes what fails here, whatever it fails later",
        ),
        pytest.param(
            cell("app", control="slim", wrong="matmul", cause="host-oom"),
            cell("slim", untouched=True, wrong="import", cause="host-oom"),
            RUNNER,
            id="the machine's cause in both",
        ),
        pytest.param(
            cell("app", control="slim", wrong="matmul", cause="python-env"),
            cell("slim", untouched=True, wrong="import", cause="python-env"),
            UPSTREAM,
            id="one cause, two checks",
        ),
        pytest.param(
            cell("app", control="slim", wrong="import", cause="numpy-abi"),
            cell("slim", wrong="import", cause="keras-incompat"),
            None,
            id="two causes",
        ),
        pytest.param(
            cell("app", control="slim", wrong="import", cause="numpy-abi"), BROKEN, None, id="known, unknown"
        ),
        pytest.param(
            APP,
            cell("slim", untouched=True, wrong="import", reason="ModuleNotFoundError"),
            None,
            id="other words",
        ),
        pytest.param(
            cell("app", control="slim", wrong="import", reason="died at 0x7f3a after 12 s"),
            cell("slim", untouched=True, wrong="import", reason="died at 0x99 after 7 s"),
            UPSTREAM,
            id="numbers do not count",
        ),
        pytest.param(APP, replace(SLIM, status=Status.ERRORED, checks=()), None, id="control not judged"),
        pytest.param(APP, replace(SLIM, status=Status.SKIPPED, checks=()), None, id="control skipped"),
        pytest.param(cell("app", control="slim", wrong="gpu-matmul"), SLIM, None, id="control not asked"),
        pytest.param(
            cell("app", control="slim", wrong="command: pytest"),
            cell("slim", untouched=True, wrong="command: pytest"),
            None,
            id="a command of the user's says nothing of others",
        ),
        pytest.param(APP, cell("other"), None, id="control elsewhere"),
        pytest.param(cell("app", control="slim"), SLIM, None, id="passed"),
        pytest.param(replace(APP, status=Status.ERRORED), SLIM, None, id="not judged"),
    ],
)
def test_a_cell_beside_its_control(app: CellResult, control: CellResult, expected: FaultOwner | None) -> None:
    assert whose(app, control) == expected


@pytest.mark.parametrize(
    ("cause", "expected"), [("", UPSTREAM), ("cpu-instruction", RUNNER), ("tag-not-found", None)]
)
def test_an_image_with_nothing_of_the_users(cause: str, expected: FaultOwner | None) -> None:
    assert whose(cell("slim", untouched=True, wrong="import", cause=cause)) == expected


def test_an_untouched_image_that_only_dies_is_not_shown_to_be_at_fault() -> None:
    died = Check("import", Status.FAILED, "killed by SIGSEGV", death=Death(signal="SIGSEGV"))
    alone = cell("slim", untouched=True, wrong="import", reason=died.reason)
    alone = replace(alone, checks=(died,))
    app = cell("app", control="slim", wrong="import", reason=died.reason)
    assert (whose(alone), whose(app, alone)) == (NOT_YOURS, NOT_YOURS)


@pytest.mark.parametrize(
    ("cause", "limits", "expected"),
    [
        ("host-oom", {"memory": "600m"}, FaultOwner.CONFIGURATION),
        ("host-oom", {"shm-size": "1m"}, RUNNER),
        ("shm-too-small", {"shm-size": "1m"}, FaultOwner.CONFIGURATION),
        ("numpy-abi", {"memory": "600m"}, UPSTREAM),
    ],
)
def test_a_limit_that_the_configuration_sets_is_the_configurations(
    cause: str, limits: dict[str, str], expected: FaultOwner
) -> None:
    assert whose(cell("slim", untouched=True, wrong="import", cause=cause, limits=limits)) == expected


def test_an_image_without_a_control_is_not_judged() -> None:
    assert whose(cell("app", wrong="import")) is None


def test_a_build_that_fails_on_an_image_that_is_there() -> None:
    app = replace(unbuilt("app", control="slim", line=7), image=None, checks=())
    found = blame(app, BROKEN)
    assert found
    assert (found.owner, "your layers, line 7, do not build" in found.why) == (YOURS, True)
    nothing = replace(unbuilt("slim"), image=None, checks=(), base=CellBase(untouched=True))
    assert whose(app, nothing) == NOT_YOURS
    known = cell("slim", untouched=True, cause="sdist-build-failed", status=Status.FAILED, image="x")
    assert whose(replace(known, image=None, checks=(), build=nothing.build)) == UPSTREAM


def test_the_layers_of_an_image_between_are_told_as_such() -> None:
    middle = cell("app", control="slim", wrong="import")
    top = cell("top", control="app", wrong="import")
    found = blame(top, middle, SLIM)
    assert found
    assert found.owner is YOURS
    assert "`app/tf2.21.0@cpu` fails in the same way: the change is in the layers of that one" in found.why


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([cell("app", "b", image="sha256:app")], RUNNER, id="the same image passes there"),
        pytest.param([cell("app", "b", image="sha256:other")], YOURS, id="another image passes there"),
        pytest.param(
            [cell("app", "b", image="sha256:app", gpu="require")], YOURS, id="under another promise"
        ),
        pytest.param(
            [cell("app", "b", image="sha256:app", wrong="import")], YOURS, id="the same image fails there"
        ),
    ],
)
def test_the_same_image_on_two_runners(others: list[CellResult], expected: FaultOwner) -> None:
    assert whose(APP, SLIM, *others) == expected


def test_both_fail_here_and_both_pass_there() -> None:
    there = (cell("app", "b", control="slim", image="sha256:b"), cell("slim", "b", image="sha256:c"))
    assert whose(APP, BROKEN, *there) == RUNNER
    assert whose(APP, BROKEN, there[0]) == UPSTREAM


def test_controls_in_a_circle_come_to_an_end() -> None:
    circle = (cell("a", control="b", wrong="import"), cell("b", control="a", wrong="import"))
    assert whose(*circle) == NOT_YOURS


def test_it_is_told_of_every_cell_anew() -> None:
    results = assign_blame(Results(cells=(APP, SLIM)))
    assert [each.blame and each.blame.owner for each in results.cells] == [YOURS, None]
    assert assign_blame(results) == results
    mended = replace(results, cells=(replace(results.cells[0], status=Status.PASSED), SLIM))
    assert assign_blame(mended).cells[0].blame is None


def test_the_users_lines_are_named_and_ours_are_not() -> None:
    from tf_docker_check.model.observation import BuildResult

    build = BuildResult(Status.PASSED, dockerfile="FROM x\nRUN pip install protobuf==4.25.8\n")
    facts = {"packages.versions": {"protobuf": "4.25.8"}}
    slim = replace(SLIM, facts={"packages.versions": {"protobuf": "7.34.1"}})
    app = replace(APP, facts=facts, build=build, image=Image("i"))
    lines = []
    for dockerfile in ("Dockerfile", ""):
        found = blame(replace(app, base=replace(app.base, dockerfile=dockerfile)), slim)
        assert found
        lines += [(change.name, change.line) for change in found.changes]
    assert lines == [("protobuf", 2), ("protobuf", 0)]
