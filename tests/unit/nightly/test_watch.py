from __future__ import annotations

from collections.abc import Iterator

import pytest
from registry.server import Server, serving

from nightly.made import night
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu, Strategy, UserDockerfile
from tf_docker_check.model.recipe import Plan, PlannedCell, Recipe
from tf_docker_check.nightly.watch import UpstreamChanges, check_upstream
from tf_docker_check.nightly.watch_state import WatchState
from tf_docker_check.registry.client import Registry

pytestmark = pytest.mark.outside
SLIM, OWN = Cell("slim", "2.21.0", "3.12", "cpu"), Cell("own", "", "", "cpu")
PACKAGES = {"numpy": "2.3.1"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def looked(server: Server, past: WatchState, *, packages=PACKAGES, listed=("2.21.0",)) -> UpstreamChanges:
    base = f"{server.address}/python:3"
    config = Config((Strategy("slim", base, ("tensorflow-cpu=={tensorflow}",)), Strategy("own")))
    plan = Plan(
        (
            PlannedCell(SLIM, Recipe(base, text="FROM x"), Gpu.OFF, 60),
            PlannedCell(OWN, Recipe("", user=UserDockerfile("Dockerfile")), Gpu.OFF, 60),
        )
    )
    return check_upstream(
        config, plan, {SLIM.id: base}, past, night(2),
        registry=Registry(environment={"DOCKER_CONFIG": "/nowhere"}),
        resolve=lambda one: (packages, "") if packages else ({}, "no index"),
        listed=listed,
    )  # fmt: skip


def test_nothing_moves_where_all_is_as_it_was(server: Server) -> None:
    server.image("python", "3", [b"x"])
    first = looked(server, WatchState())
    again = looked(server, first.watched)
    assert again.moved == {}
    assert again.watched == first.watched
    assert again.lock == first.lock


def test_what_pip_would_install_otherwise_moves_the_cells_on_it(server: Server) -> None:
    server.image("python", "3", [b"x"])
    first = looked(server, WatchState())
    again = looked(server, first.watched, packages={"numpy": "2.3.2"})
    assert again.moved == {SLIM.id: "numpy 2.3.1 → 2.3.2"}


def test_an_index_that_does_not_answer_moves_nothing_and_forgets_nothing(server: Server) -> None:
    server.image("python", "3", [b"x"])
    first = looked(server, WatchState())
    again = looked(server, first.watched, packages={}, listed=())
    assert again.moved == {}
    assert again.watched == first.watched
    assert again.notes == ("slim/tf2.21.0/py3.12: no index",)


def test_a_release_is_reason_enough_for_a_users_own_dockerfile(server: Server) -> None:
    server.image("python", "3", [b"x"])
    first = looked(server, WatchState())
    again = looked(server, first.watched, listed=("99.0.0", "2.21.0"))
    assert again.moved == {OWN.id: "TensorFlow 99.0.0 was released"}
    assert list(again.watched.releases) == ["99.0.0"]
