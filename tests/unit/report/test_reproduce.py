from __future__ import annotations

import shlex

import pytest

from tf_docker_check.model.config import Gpu, RunOptions, Secret, UserDockerfile
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.report.reproduce import Build, Start, command

BASE = "python@sha256:" + "0" * 64
TEXT = "FROM python:3.12-slim\nRUN pip install tensorflow==2.21.0\n"
SLIM = Recipe("python:3.12-slim", text=TEXT)
MINE = UserDockerfile(
    "docker/my image", "my context", "runtime", (("A", "1 2"),), (Secret("pip", env="PIP"),)
)
SNIPPET = "import tensorflow as tf; print('it''s', tf.__version__)"
RUN = Start("python3", ("-c", "1"))


def words(line: str) -> list[str]:
    return shlex.split(line)


def test_an_image_as_it_is_is_run_under_its_digest():
    line = command(Recipe("python:3.12-slim"), BASE, Build(), Start("python3", ("-c", SNIPPET)))
    assert words(line) == [
        *("docker", "run", "--rm", "--init", "--security-opt", "no-new-privileges"),
        *("--pids-limit", "4096", "--network", "none", "--shm-size", "64m"),
        *("--entrypoint", "python3", BASE, "-c", SNIPPET),
    ]


def test_an_image_that_could_not_be_had_is_pulled():
    assert words(command(Recipe("nosuch:tag"), "nosuch:tag", Build()))[:2] == ["docker", "pull"]


def test_a_recipe_is_built_from_its_text_on_the_digest_and_then_run():
    lines = command(SLIM, BASE, Build(), RUN).splitlines()
    assert lines[:3] == [
        "printf '%s\\n' \\",
        f"  'FROM {BASE}' \\",
        "  'RUN pip install tensorflow==2.21.0' \\",
    ]
    assert lines[3] == "  | docker build -t tf-docker-check-cell --platform linux/amd64 -"
    assert words(lines[4])[-3:] == ["tf-docker-check-cell", "-c", "1"]


def test_a_failing_build_is_only_built():
    assert "docker run" not in command(SLIM, BASE, Build())


@pytest.mark.parametrize(
    ("text", "contexts", "how"),
    [
        ("ARG BASE=python:3.12-slim\nFROM $BASE AS runtime\n", {}, f"--build-arg BASE={BASE}"),
        (
            "FROM python:3.12-slim AS runtime\n",
            {"python:3.12-slim": "x"},
            f"--build-context python:3.12-slim=docker-image://{BASE}",
        ),
    ],
)
def test_a_user_s_dockerfile_is_named_not_copied_where_its_base_can_be_replaced(text, contexts, how):
    line = command(Recipe("python:3.12-slim", user=MINE), BASE, Build(text, contexts=contexts))
    assert f" {how} " in " ".join(words(line))
    assert words(line)[-3:] == ["-f", "./docker/my image", "./my context"]
    assert "--build-arg 'A=1 2'" in line
    assert "--secret id=pip,env=PIP" in line
    assert "--target runtime" in line


def test_elsewhere_a_copy_of_its_text_is_fed_in():
    build = Build("FROM python:3.12-slim AS runtime\n", copied=True)
    line = command(Recipe("python:3.12-slim", user=MINE), BASE, build)
    assert line.splitlines()[-1].endswith(" -f - './my context'")
    assert f"'FROM {BASE} AS runtime'" in line


def test_the_copy_keeps_the_ignore_file_that_goes_by_the_name_of_its_dockerfile():
    build = Build("FROM python:3.12-slim AS runtime\n", copied=True, ignores=True)
    lines = command(Recipe("python:3.12-slim", user=MINE), BASE, build).splitlines()
    assert "cp './docker/my image.dockerignore' \"$folder/Dockerfile.dockerignore\"" in lines
    assert lines[-1].endswith(" -f \"$folder/Dockerfile\" './my context'")


def test_a_dockerfile_on_another_recipe_is_built_after_it():
    recipe = Recipe("python:3.12-slim", user=UserDockerfile("Dockerfile"), parent=SLIM)
    lines = command(recipe, BASE, Build("ARG BASE=x\nFROM $BASE\n"), RUN).splitlines()
    assert f"  'FROM {BASE}' \\" in lines
    assert "  | docker build -t tf-docker-check-parent --platform linux/amd64 -" in lines
    assert words(lines[-2])[-5:] == ["--build-arg", "BASE=tf-docker-check-parent", "-f", "./Dockerfile", "."]


def test_the_container_gets_what_the_cell_s_got():
    options = RunOptions("2g", "4g", "bridge", read_only=True, user="1000:1000", environment=(("A", "b c"),))
    line = command(Recipe("a:b"), "a:b", Build(), Start("python", ("-c", "1"), options, Gpu.REQUIRE))
    for part in (
        *(
            "--network bridge",
            "--shm-size 2g",
            "--memory 4g --memory-swap 4g",
            "--user 1000:1000",
            "--read-only",
        ),
        *("--gpus all", "--env 'A=b c'", "--entrypoint python "),
    ):
        assert part in line


def test_what_is_private_by_its_name_or_a_login_in_its_value_is_left_to_the_environment():
    options = RunOptions(environment=(("HF_TOKEN", "hunter2"), ("DB", "postgres://me:hunter2@db/x")))
    build = Build(
        arguments={"MY_PASSWORD": "hunter2", "PIP_INDEX_URL": "https://hunter2@pypi.example/simple"},
        secrets=(Secret("k", file="k,1.pem"),),
    )
    line = command(SLIM, BASE, build, Start("python3", ("-c", "1"), options))
    assert "hunter2" not in line
    given = words(line.replace("\\\n", ""))
    for part in ("HF_TOKEN", "DB", "MY_PASSWORD", "PIP_INDEX_URL", 'id=k,"src=k,1.pem"'):
        assert part in given


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("FROM a:b\nRUN pip install -i https://me:pw@pypi.example/simple x\n", ()),
        ("FROM a:b\nENV KEY=it's-a-key\n", ("it's-a-key",)),
        ("FROM a:b\n" + "# a long line " * 400, ()),
        ("FROM a:b\n" + "# many lines\n" * 6000, ()),
    ],
)
def test_commands_that_could_not_be_shown_as_they_are_run_are_not_shown(text, private):
    (line,) = command(Recipe("a:b", text=text), "a:b", Build(private=private)).splitlines()
    assert line.startswith("# no commands are shown: ")


@pytest.mark.parametrize(
    ("step", "needed"),
    [
        ("RUN --mount=type=cache,target=/root/.cache pip install tensorflow", True),
        ("RUN <<SCRIPT\ntrue\nSCRIPT", True),
        ("COPY --link a b", True),
        ("RUN pip install tensorflow", False),
    ],
)
def test_buildkit_is_asked_for_where_an_old_docker_would_not_take_it(step, needed):
    line = command(Recipe("a:b", text=f"FROM a:b\n{step}\n"), "a:b", Build())
    assert line.startswith("export DOCKER_BUILDKIT=1\n") is needed
