from __future__ import annotations

from dataclasses import replace

import pytest
from report.samples import (
    BLAMED,
    BUILD_FAILURE,
    CONTROL,
    ERRORED,
    FAILING_IMPORT,
    HEALTHY,
    KNOWN,
    MIXED,
    SKIPPED,
    results,
)

from attacks import attacks
from runner.reading import commands
from tf_docker_check.gha.annotations import Annotation, of_results, render
from tf_docker_check.model.blame import CellBase


def test_one_for_each_cell_that_needs_a_look():
    kinds = [each.kind for each in of_results(results(FAILING_IMPORT, HEALTHY, ERRORED, SKIPPED, KNOWN))]
    assert kinds == ["error", "warning", "notice"]


def test_it_says_cell_cause_and_remedy():
    name, properties, message = commands(render(of_results(results(FAILING_IMPORT))))[0]
    assert (name, properties) == ("error", {"title": "slim/tf2.15.1/py3.11@cpu"})
    assert message == "numpy was built for another ABI\npin `numpy<2`, or take TensorFlow 2.18 or newer"


def test_what_was_failing_before_or_is_known_takes_no_errors_place():
    found = of_results(results(FAILING_IMPORT, KNOWN), already={FAILING_IMPORT.id})
    assert [(each.kind, each.message) for each in found] == [
        ("notice", "already failing on the base branch: numpy was built for another ABI"),
        ("notice", "known failure: numpy was built for another ABI"),
    ]


def test_cells_that_say_the_same_share_one():
    cells = [replace(FAILING_IMPORT, id=f"slim/py3.{minor}@cpu") for minor in range(30)]
    (found,) = of_results(results(*cells))
    assert found.title == "slim/py3.0@cpu and 29 more"


def test_it_stands_on_the_line_of_the_dockerfile_that_was_blamed():
    (found,) = of_results(results(BLAMED))
    assert (found.kind, found.file, found.line) == ("error", "Dockerfile", 7)
    assert "yours: its control" in found.message


def test_it_stands_on_the_step_that_failed():
    built = replace(BUILD_FAILURE, base=CellBase(dockerfile="docker/Dockerfile"))
    assert [(each.file, each.line) for each in of_results(results(built))] == [("docker/Dockerfile", 2)]
    assert [(each.file, each.line) for each in of_results(results(BUILD_FAILURE))] == [("", 0)]


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../Dockerfile", "a/../../b", "", "a\nb", "a\x1b[0mb", "a\u202eb", "a::error::b\r"],
)
def test_a_path_out_of_the_workspace_or_of_odd_characters_is_none(path):
    cell = replace(BLAMED, base=replace(BLAMED.base, dockerfile=path))
    assert [(each.file, each.line) for each in of_results(results(cell))] == [("", 0)]


def test_ten_of_a_kind_and_no_more_the_rest_counted():
    given = [Annotation(kind, str(number)) for number in range(25) for kind in ("warning", "error")]
    shown = commands(render(given))
    assert [name for name, _, _ in shown] == ["error"] * 10 + ["warning"] * 10
    assert shown[9][2] == "16 more: see the step's summary"
    assert len(commands(render(given[:20]))) == 20


def test_strangers_text_makes_no_other_command():
    finding = FAILING_IMPORT.findings[0]
    spoilt = [
        replace(
            FAILING_IMPORT,
            id=attack,
            findings=(replace(finding, title=attack, remedy=attack),),
        )
        for attack in attacks("log")[:10]
    ]
    assert [name for name, _, _ in commands(render(of_results(results(*spoilt))))] == ["error"] * 10


def test_a_message_keeps_to_what_the_runner_keeps():
    ((_, properties, message),) = commands(render([Annotation("error", "x" * 10_000, "t", "Dockerfile", 3)]))
    assert len(message) == 4096
    assert properties == {"title": "t", "file": "Dockerfile", "line": "3"}


def test_good_results_say_nothing():
    assert render(of_results(results(HEALTHY))) == ""
    assert render(of_results(MIXED)) != ""


def test_a_control_needs_no_look():
    assert of_results(results(replace(CONTROL, status=FAILING_IMPORT.status))) == ()
