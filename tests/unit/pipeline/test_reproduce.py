from __future__ import annotations

import pytest

from tf_docker_check.builder.builder import BuiltImage
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import BuildSettings, Checks, Gpu, UserDockerfile
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import BuildResult, Check
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.reproduce import reproduce, without_secrets
from tf_docker_check.probe.commands import name_commands

BASE = "python@sha256:" + "0" * 64
SLIM = Recipe(
    "python:3.11-slim",
    text="FROM python:3.11-slim\nRUN --mount=type=secret,id=ca-bundle pip install tensorflow\n",
)
OTHER = {"tensorflow.distributions": {"tensorflow-cpu": "2.20.0"}}
NO_CUDNN = {"gpu.library.libcudart.so.12": {"path": "/x"}, "gpu.library.libcudnn.so.9": {"path": ""}}
OLD_CUDNN = {"gpu.library.libcudnn.so.9": {"path": "/x"}, "wanted.cudnn_minor": "9.3"}
APP = Recipe("python:3.11-slim", user=UserDockerfile("app/Dockerfile", "app"), parent=SLIM)


def shown(
    recipe: Recipe,
    text: str,
    *checks: Check,
    built: bool = True,
    commands: tuple[str, ...] = (),
    base: str = BASE,
) -> str:
    cell = Cell("app", "2.21.0", "3.11", "cpu")
    planned = PlannedCell(cell, recipe, Gpu.OFF, 60)
    ready = BuiltImage(
        BuildResult(Status.PASSED, dockerfile=text), Image("sha256:1") if built else None, base=base
    )
    facts = {"python.executable": "/opt/bin/python"} | {
        name: value for check in checks for name, value in check.facts.items()
    }
    result = CellResult("app@cpu", cell, Status.FAILED, checks=checks, facts=facts)
    settings = BuildSettings(ca_bundle="/ca.pem")
    return reproduce(planned, ready, result, settings=settings, checks=Checks(commands=commands))


def test_the_ca_bundle_goes_with_whichever_build_mounts_it() -> None:
    lines = shown(APP, "FROM debian:12\nCOPY . /app\n", Check("import", Status.FAILED)).splitlines()
    parent = next(line for line in lines if "tf-docker-check-parent" in line)
    assert "--secret id=ca-bundle,src=/ca.pem" in parent


def test_what_decided_the_status_is_what_is_repeated() -> None:
    checks = (
        *(Check("devices", Status.PASSED), Check("conv", Status.ERRORED)),
        *(Check("matmul", Status.FAILED), Check("xla", Status.FAILED)),
    )
    assert "tf.matmul" in shown(Recipe("x:1"), "", *checks)


def test_a_command_of_the_users_is_repeated_by_the_image_s_own_shell() -> None:
    long = "pytest -q " + "x" * 200
    (name,) = name_commands([long])
    said = shown(Recipe("x:1"), "", Check(name, Status.FAILED), commands=(long,))
    assert said.endswith(f"--entrypoint sh {BASE} -c '{long}'")


def test_what_was_never_built_is_not_run() -> None:
    assert "docker run" not in shown(SLIM, SLIM.text, built=False)


def test_what_a_build_stands_on_and_could_not_be_had_is_what_is_repeated() -> None:
    mine = Recipe("x:1", user=UserDockerfile("Dockerfile"))
    assert shown(mine, "", built=False) == f"docker pull --platform linux/amd64 {BASE}"
    below = shown(APP, SLIM.text, built=False, base="")
    assert "app/Dockerfile" not in below
    assert below.endswith(" -")


@pytest.mark.parametrize(
    ("check", "why"),
    [
        (Check("distributed-bridge", Status.FAILED, "worker 1: import: x"), "two workers"),
        (
            Check("gpu-static", Status.FAILED, facts={"gpu.library.libx.so.1": {"path": "/x"}}),
            "no single command",
        ),
        (Check("environment", Status.FAILED), "no single command"),
        (Check("matmul", Status.FAILED, began=False), "time was used up"),
        (Check("matmul", Status.FAILED, facts={"limits.processes": 4}), "limit on processes"),
    ],
)
def test_what_no_command_repeats_is_not_shown_as_one(check: Check, why: str) -> None:
    (line,) = shown(Recipe("x:1"), "", check).splitlines()
    assert line.startswith("# ")
    assert why in line


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (Check("environment", Status.FAILED, facts=OTHER), 'm.version("tensorflow-cpu"); v == "2.21.0" or '),
        (
            Check("import", Status.FAILED, facts={"tensorflow.version": "2.20.0"}),
            'v == "2.21.0" or sys.exit(',
        ),
        (Check("import", Status.FAILED), "print(tf.__version__)"),
        (Check("libraries", Status.FAILED, facts={"libraries.broken": {"a;b": "", "cv2": ""}}), "import cv2"),
        (Check("gpu-static", Status.FAILED, facts=NO_CUDNN), 'ctypes.CDLL("libcudnn.so.9")'),
        (Check("gpu-static", Status.FAILED), 'b["is_cuda_build"] or sys.exit('),
        (Check("gpu-static", Status.FAILED, facts=OLD_CUDNN), "SystemExit(n < 90300)"),
    ],
)
def test_the_code_fails_for_the_reason_that_the_facts_name(check: Check, code: str) -> None:
    said = shown(Recipe("x:1"), "", check)
    assert code in said
    assert "--entrypoint python " in said


def test_a_command_with_a_secret_in_it_is_not_shown_with_a_hole_in_it() -> None:
    cell = CellResult("app@cpu", Cell("app", "", "", "cpu"), Status.FAILED, reproduce="docker run swordfish")
    (kept,) = without_secrets(Results(cells=(cell,)), ["swordfish"]).cells
    assert kept.reproduce.startswith("# ")
