from __future__ import annotations

import json
from pathlib import Path

import pytest

from tf_docker_check.model.config import Config, Runner, Strategy, UserDockerfile
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.plan.controls import with_controls
from tf_docker_check.plan.github import github_matrix
from tf_docker_check.plan.make import make_plan
from tf_docker_check.plan.show import show

OFFICIAL = Strategy("official", "tensorflow/tensorflow:{tensorflow}")
SLIM = Strategy("slim", "python:{python}-slim", ("tensorflow=={tensorflow}",), "python-pip")
USER = UserDockerfile("Dockerfile", build_args=(("VERSION", "2.20.0"),))
ON_SLIM = Strategy("app-on-slim", dockerfile=USER, on="slim")
OWN = Strategy("own", dockerfile=USER)


def plan(project: Path, *strategies: Strategy, dockerfile: str = "FROM scratch", **settings) -> Plan:
    (project / "Dockerfile").write_text(dockerfile)
    config = Config(strategies, tensorflow=("2.21.0",), python=("3.12",), **settings)
    return with_controls(make_plan(config), config, project)


def told(found: Plan) -> dict[str, tuple[str, bool]]:
    return {each.cell.id: (each.base.control, each.base.added) for each in found.cells}


def only(found: Plan, name: str) -> PlannedCell:
    return next(each for each in found.cells if each.cell.strategy == name)


def test_the_matrix_cell_underneath_is_the_control_on_each_runner(tmp_path: Path) -> None:
    found = plan(tmp_path, ON_SLIM, SLIM, runners=(Runner("a"), Runner("b")))
    assert told(found) == {
        "app-on-slim/tf2.21.0/py3.12@a": ("slim/tf2.21.0/py3.12@a", False),
        "app-on-slim/tf2.21.0/py3.12@b": ("slim/tf2.21.0/py3.12@b", False),
        "slim/tf2.21.0/py3.12@a": ("", False),
        "slim/tf2.21.0/py3.12@b": ("", False),
    }


def test_what_is_not_in_the_matrix_is_added_once_with_its_build_shared(tmp_path: Path) -> None:
    second = Strategy("more-on-slim", dockerfile=UserDockerfile("Dockerfile", target="x"), on="slim")
    found = plan(tmp_path, ON_SLIM, second, bases=(SLIM,))
    assert told(found)["slim/tf2.21.0/py3.12@cpu"] == ("", True)
    assert len(found.cells) == 3
    assert only(found, "slim").recipe == only(found, "app-on-slim").recipe.parent
    assert "python:3.12-slim (control)" in show(found, "table")
    assert [each["added"] for each in json.loads(show(found, "json"))["cells"]] == [False, False, True]
    assert show(found, "table").endswith("2 cells, 3 builds, 1 control")
    jobs = json.loads(github_matrix(found))["include"]
    assert [job["strategy"] for job in jobs] == ["app-on-slim", "more-on-slim"]


@pytest.mark.parametrize(
    ("dockerfile", "control"),
    [
        ("FROM tensorflow/tensorflow:2.20.0\nRUN true\n", "base-of-own/tf2.20.0@cpu"),
        ("ARG VERSION\nFROM tensorflow/tensorflow:$VERSION AS x\nFROM x\n", "base-of-own/tf2.20.0@cpu"),
        ("FROM tensorflow/tensorflow:2.21.0\n", "official/tf2.21.0@cpu"),
        (f"FROM tensorflow/tensorflow:2.20.0@sha256:{'a' * 64}\n", "base-of-own/tf2.20.0@cpu"),
        (f"FROM tensorflow/tensorflow@sha256:{'a' * 64}\n", "base-of-own@cpu"),
        ("FROM tensorflow/tensorflow\n", "base-of-own@cpu"),
        ("FROM python:3.12-slim\nRUN pip install tensorflow\n", ""),
        ("FROM $UNKNOWN\n", ""),
        ("", ""),
    ],
)
def test_a_dockerfile_on_its_own_from(tmp_path: Path, dockerfile: str, control: str) -> None:
    found = plan(tmp_path, OWN, OFFICIAL, dockerfile=dockerfile)
    assert only(found, "own").base.control == control
    assert len(found.cells) == 2 + control.startswith("base-of")
    if control.startswith("base-of"):
        base = found.cells[-1]
        assert base.recipe.base.startswith("tensorflow/tensorflow")
        assert not base.recipe.builds
        assert base.base.untouched


def test_a_control_has_its_own_control(tmp_path: Path) -> None:
    top = Strategy("top", dockerfile=USER, on="app-on-slim")
    assert told(plan(tmp_path, top, bases=(ON_SLIM, SLIM))) == {
        "top/tf2.21.0/py3.12@cpu": ("app-on-slim/tf2.21.0/py3.12@cpu", False),
        "app-on-slim/tf2.21.0/py3.12@cpu": ("slim/tf2.21.0/py3.12@cpu", True),
        "slim/tf2.21.0/py3.12@cpu": ("", True),
    }


def test_a_base_without_a_tensorflow_is_no_control(tmp_path: Path) -> None:
    bare = Strategy("bare", "python:{python}-slim")
    on_bare = Strategy("app", dockerfile=USER, on="bare", tensorflow=("2.21.0",))
    assert told(plan(tmp_path, on_bare, bases=(bare,))) == {"app/tf2.21.0/py3.12@cpu": ("", False)}


@pytest.mark.parametrize("settings", [{"include": ("app*",)}, {"exclude": ("slim",)}])
def test_what_the_user_rules_out_stays_out_but_is_named(tmp_path: Path, settings: dict) -> None:
    found = plan(tmp_path, ON_SLIM, SLIM, **settings)
    assert told(found) == {"app-on-slim/tf2.21.0/py3.12@cpu": ("slim/tf2.21.0/py3.12@cpu", False)}


def test_no_controls_are_added_where_none_are_wanted(tmp_path: Path) -> None:
    assert len(plan(tmp_path, ON_SLIM, bases=(SLIM,), control=False).cells) == 1
    assert told(plan(tmp_path, ON_SLIM, SLIM, control=False))["app-on-slim/tf2.21.0/py3.12@cpu"][0]


@pytest.mark.parametrize(
    ("strategy", "untouched"),
    [
        (OFFICIAL, True),
        (SLIM, True),
        (Strategy("x", "python:3.12-slim", ("tensorflow[and-cuda]=={tensorflow}",)), True),
        (Strategy("x", "python:3.12-slim", ("tensorflow=={tensorflow}", "numpy<2")), False),
        (Strategy("x", "tensorflow/tensorflow:2.21.0", ("pandas",), tensorflow=("2.21.0",)), False),
        (Strategy("x", "company/tensorflow:{tensorflow}"), False),
        (OWN, False),
    ],
)
def test_whether_anything_of_the_users_is_in_it(tmp_path: Path, strategy: Strategy, untouched: bool) -> None:
    assert plan(tmp_path, strategy).cells[0].base.untouched is untouched


def test_what_is_skipped_needs_no_control(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM tensorflow/tensorflow:2.21.0")
    config = Config((OWN,))
    from dataclasses import replace

    made = make_plan(config)
    skipped = replace(made, cells=(replace(made.cells[0], skip="no GPU"),))
    assert len(with_controls(skipped, config, tmp_path).cells) == 1
