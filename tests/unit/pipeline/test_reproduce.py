from __future__ import annotations

from tf_docker_check.builder.builder import Ready
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import BuildSettings, Checks, Gpu, UserDockerfile
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import BuildResult, Check
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.reproduce import reproduce
from tf_docker_check.probe.commands import named

BASE = "python@sha256:" + "0" * 64
SLIM = Recipe(
    "python:3.11-slim",
    text="FROM python:3.11-slim\nRUN --mount=type=secret,id=ca-bundle pip install tensorflow\n",
)
APP = Recipe("python:3.11-slim", user=UserDockerfile("app/Dockerfile", "app"), parent=SLIM)


def shown(
    recipe: Recipe, text: str, *checks: Check, built: bool = True, commands: tuple[str, ...] = ()
) -> str:
    cell = PlannedCell(Cell("app", "2.21.0", "3.11", "cpu"), recipe, Gpu.OFF, 60)
    ready = Ready(
        BuildResult(Status.PASSED, dockerfile=text), Image("sha256:1") if built else None, base=BASE
    )
    settings = BuildSettings(ca_bundle="/ca.pem")
    return reproduce(cell, ready, checks, settings, Checks(commands=commands), named_contexts=False)


def test_the_ca_bundle_goes_with_whichever_build_mounts_it() -> None:
    lines = shown(APP, "FROM debian:12\nCOPY . /app\n", Check("import", Status.FAILED)).splitlines()
    parent = next(line for line in lines if "tf-docker-check-parent" in line)
    assert "--secret id=ca-bundle,src=/ca.pem" in parent


def test_the_first_failure_is_what_is_repeated() -> None:
    checks = (Check("devices", Status.PASSED), Check("matmul", Status.FAILED), Check("xla", Status.FAILED))
    assert "tf.matmul" in shown(Recipe("x:1"), "", *checks)


def test_a_command_of_the_users_is_repeated_by_a_shell() -> None:
    long = "pytest -q " + "x" * 200
    (name,) = named([long])
    said = shown(Recipe("x:1"), "", Check(name, Status.FAILED), commands=(long,))
    assert "execlp" in said
    assert long in said


def test_what_was_never_built_is_not_run() -> None:
    assert "docker run" not in shown(SLIM, SLIM.text, built=False)
