from __future__ import annotations

import pytest

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.observation import BuildResult, BuildStep
from tf_docker_check.model.private import hidden, is_private
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status


@pytest.mark.parametrize(
    "name",
    [
        "TOKEN",
        "PIP_TOKEN",
        "db_password",
        "PASS",
        "DB_PASS",
        "PASSPHRASE",
        "API_KEY",
        "AWS_SECRET_ACCESS_KEY",
    ],
)
def test_names_that_look_private(name: str) -> None:
    assert is_private(name)


@pytest.mark.parametrize("name", ["TF_VERSION", "BYPASS", "AUTHOR", "KEYS", "COMPASS_URL", "LD_LIBRARY_PATH"])
def test_names_that_do_not(name: str) -> None:
    assert not is_private(name)


def test_a_value_is_hidden_wherever_it_stands_and_nothing_else_changes() -> None:
    build = BuildResult(
        Status.FAILED, reason="no hush.ab here", steps=(BuildStep("RUN echo hush.ab", log="hushxab hush.ab"),)
    )
    cell = CellResult(
        "a", Cell("a", "2.21.0", "", "cpu"), Status.FAILED, build=build, facts={"x": ["hush.ab", 1]}
    )
    shown = hidden(Results(cells=(cell,)), {"hush.ab"}).cells[0]
    assert shown.build is not None
    assert shown.build.reason == "no *** here"
    assert shown.build.steps == (BuildStep("RUN echo ***", log="hushxab ***"),)
    assert shown.facts == {"x": ["***", 1]}
    assert (shown.cell, shown.status) == (cell.cell, Status.FAILED)


def test_the_longest_goes_first() -> None:
    assert hidden("token-and-more", {"token", "token-and-more"}) == "***"
    assert hidden("left alone", ()) == "left alone"
