from __future__ import annotations

import shlex

import pytest

from tf_docker_check.model.config import Gpu, RunOptions, Secret, UserDockerfile
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.report.reproduce import command

BASE = "python@sha256:" + "0" * 64
TEXT = "FROM python:3.12-slim\nRUN pip install tensorflow==2.21.0\n"
SLIM = Recipe("python:3.12-slim", text=TEXT)
MINE = UserDockerfile(
    "docker/my image", "my context", "runtime", (("A", "1 2"),), (Secret("pip", env="PIP"),)
)
SNIPPET = "import tensorflow as tf; print('it''s', tf.__version__)"


def words(line: str) -> list[str]:
    return shlex.split(line)


def test_an_image_as_it_is_is_run_under_its_digest():
    line = command(Recipe("python:3.12-slim"), BASE, snippet=SNIPPET)
    assert words(line) == [
        *("docker", "run", "--rm", "--network", "none", "--shm-size", "64m"),
        *("--entrypoint", "python3", BASE, "-c", SNIPPET),
    ]


def test_an_image_that_could_not_be_had_is_pulled():
    assert words(command(Recipe("nosuch:tag"), "nosuch:tag"))[:2] == ["docker", "pull"]


def test_a_recipe_is_built_from_its_text_on_the_digest_and_then_run():
    lines = command(SLIM, BASE, snippet="import tensorflow").splitlines()
    assert lines[0] == ("docker build -t tf-docker-check-cell --platform linux/amd64 - <<'EOF'")
    assert lines[1:4] == [f"FROM {BASE}", "RUN pip install tensorflow==2.21.0", "EOF"]
    assert words(lines[4])[-3:] == ["tf-docker-check-cell", "-c", "import tensorflow"]


def test_a_failing_build_is_only_built():
    assert "docker run" not in command(SLIM, BASE)


def test_the_text_cannot_end_its_own_here_document():
    text = "FROM python:3.12-slim\nRUN <<EOF\ntrue\nEOF\nRUN <<EOF_\ntrue\nEOF_\n"
    lines = command(Recipe("python:3.12-slim", text=text), BASE).splitlines()
    assert lines[1].endswith("<<'EOF__'")
    assert lines[-1] == "EOF__"
    assert lines.count("EOF__") == 1


@pytest.mark.parametrize(
    ("text", "named_contexts", "how"),
    [
        ("ARG BASE=python:3.12-slim\nFROM $BASE AS runtime\n", False, f"--build-arg BASE={BASE}"),
        (
            "FROM python:3.12-slim AS runtime\n",
            True,
            f"--build-context python:3.12-slim=docker-image://{BASE}",
        ),
    ],
)
def test_a_user_s_dockerfile_is_named_not_copied_where_its_base_can_be_replaced(text, named_contexts, how):
    line = command(Recipe("python:3.12-slim", user=MINE), BASE, text=text, named_contexts=named_contexts)
    assert how in line
    assert " ".join(words(line)).endswith("-f docker/my image my context")
    assert "--build-arg 'A=1 2'" in line
    assert "--secret id=pip,env=PIP" in line
    assert "--target runtime" in line


def test_elsewhere_a_copy_of_its_text_is_fed_in():
    line = command(Recipe("python:3.12-slim", user=MINE), BASE, text="FROM python:3.12-slim AS runtime\n")
    assert line.splitlines()[1].endswith("-f - 'my context' <<'EOF'")
    assert f"FROM {BASE} AS runtime" in line


def test_a_dockerfile_on_another_recipe_is_built_after_it():
    recipe = Recipe("python:3.12-slim", user=UserDockerfile("Dockerfile"), parent=SLIM)
    parent, _, rest = command(recipe, BASE, text="ARG BASE=x\nFROM $BASE\n", snippet="1").partition(
        "EOF\ndocker"
    )
    assert f"-t tf-docker-check-parent --platform linux/amd64 - <<'EOF'\nFROM {BASE}\n" in parent
    assert "--build-arg BASE=tf-docker-check-parent -f Dockerfile ." in rest


def test_the_container_gets_what_the_cell_s_got():
    options = RunOptions("2g", "4g", "bridge", read_only=True, user="1000:1000", environment=(("A", "b c"),))
    line = command(Recipe("a:b"), "a:b", snippet="1", python="python", options=options, gpu=Gpu.REQUIRE)
    for part in (
        *("--network bridge", "--shm-size 2g", "--memory 4g", "--user 1000:1000", "--read-only"),
        *("--gpus all", "--env 'A=b c'", "--entrypoint python "),
    ):
        assert part in line


def test_nothing_private_is_shown():
    options = RunOptions(environment=(("HF_TOKEN", "hunter2"),))
    build_args = {"MY_PASSWORD": "hunter2", "PIP_INDEX_URL": "https://me:hunter2@pypi.example/simple"}
    line = command(
        SLIM, BASE, snippet="1", options=options, build_args=build_args, secrets=[Secret("k", file="k.pem")]
    )
    assert "hunter2" not in line
    for part in (
        "--env HF_TOKEN ",
        "--build-arg MY_PASSWORD ",
        "https://…@pypi.example/simple",
        "id=k,src=k.pem",
    ):
        assert part in line


def test_hostile_names_stay_one_word():
    recipe = Recipe("a:b", user=UserDockerfile("$(rm -rf /)", "; reboot", "`x`"))
    line = command(recipe, "a:b", text="FROM a:b AS `x`\n", named_contexts=True, snippet="'; reboot #")
    assert {"$(rm -rf /)", "; reboot", "`x`", "'; reboot #"} <= set(words(line))


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
    line = command(Recipe("a:b", text=f"FROM a:b\n{step}\n"), "a:b")
    assert line.startswith("export DOCKER_BUILDKIT=1\ndocker build ") is needed
