from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from lint.projects import written

from tf_docker_check.config import load_config
from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Config, Strategy, UserDockerfile
from tf_docker_check.plan.detect import detect, requirement_specs
from tf_docker_check.resources.tensorflow import as_of

NOTHING = Config(strategies=(), tensorflow=("auto",), python=("auto",))
BOTH = "dockerfile, dockerfile-on-official, dockerfile-on-slim"


def write(folder: Path, **files: str) -> Path:
    """A project; ``__`` in a name is a dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def names(config: Config) -> list[str]:
    return [strategy.name for strategy in config.strategies]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "there is no Dockerfile"),
        ({"requirements__txt": "tensorflow"}, "requirements.txt:1 asks for tensorflow"),
        ({"Dockerfile": "FROM golang:1.23\n"}, "0 Dockerfiles with TensorFlow; 1 without: Dockerfile"),
        ({"Dockerfile": "FROM a\nRNU b\n"}, "Dockerfile:2: 'RNU' is not a Dockerfile instruction"),
        ({"compose__yml": "services: {a: {image: redis}}"}, "there is no Dockerfile"),
        ({"compose__yml": "services: {a: {image: tensorflow/serving:2.17.0}}"}, "is a C++ server"),
    ],
)
def test_without_tensorflow_of_the_users_nothing_is_checked(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    with pytest.raises(UsageError, match="nothing of yours to check") as error:
        detect(write(tmp_path, **files), NOTHING)
    assert why in error.value.why
    assert "tf-docker-check run --strategies official,slim" in error.value.remedy


def test_a_dockerfile_is_checked_as_it_is_and_on_the_usual_two(tmp_path: Path) -> None:
    text = "FROM python:3.11-slim AS base\nFROM base\nRUN pip install tensorflow==2.17.0\n"
    config = detect(write(tmp_path, Dockerfile=text), NOTHING)
    own = UserDockerfile("Dockerfile")
    assert config.strategies == (
        Strategy("dockerfile", recipe="dockerfile", dockerfile=own),
        Strategy("dockerfile-on-official", recipe="dockerfile", dockerfile=own, on="official"),
        Strategy("dockerfile-on-slim", recipe="dockerfile", dockerfile=own, on="slim"),
    )
    assert [base.name for base in config.bases] == ["official", "slim"]
    assert config.python == ("3.11",)
    assert config.notes == (
        "1 Dockerfile with TensorFlow: Dockerfile",
        f"no strategies are configured; from Dockerfile:1, FROM python:3.11-slim: checking {BOTH}",
        "Python 3.11, from Dockerfile:1",
        "TensorFlow from Dockerfile:3: tensorflow==2.17.0",
    )


def test_several_dockerfiles_are_checked_as_they_are(tmp_path: Path) -> None:
    files = {
        "docker/Dockerfile.cpu": "FROM tensorflow/tensorflow:2.17.0\n",
        "docker/Dockerfile.gpu": "FROM tensorflow/tensorflow:2.17.0-gpu\n",
        "web/Dockerfile": "FROM nginx\n",
        "compose.yml": "services:\n  a: {build: {context: ., dockerfile: docker/Dockerfile.gpu}, gpus: all}\n",
    }
    config = detect(written(tmp_path, files), NOTHING)
    assert config.strategies == (
        Strategy(
            "docker-dockerfile.gpu",
            recipe="dockerfile",
            dockerfile=UserDockerfile("docker/Dockerfile.gpu"),
            gpu=True,
        ),
        Strategy(
            "docker-dockerfile.cpu",
            recipe="dockerfile",
            dockerfile=UserDockerfile("docker/Dockerfile.cpu", "docker"),
        ),
    )
    assert config.notes == (
        "2 Dockerfiles with TensorFlow: docker/Dockerfile.gpu, docker/Dockerfile.cpu; 1 without: web/Dockerfile",
        "docker/Dockerfile.gpu: TensorFlow 2.17.0, from docker/Dockerfile.gpu:1, "
        "FROM tensorflow/tensorflow:2.17.0-gpu",
        "docker/Dockerfile.cpu: TensorFlow 2.17.0, from docker/Dockerfile.cpu:1, "
        "FROM tensorflow/tensorflow:2.17.0",
        "docker/Dockerfile.cpu is built with context docker",
    )


def test_what_is_left_out_comes_with_the_entry_to_paste(tmp_path: Path) -> None:
    files = {f"{name}/Dockerfile": "FROM tensorflow/tensorflow:2.17.0\n" for name in "abcdef"}
    files["tests/Dockerfile"] = "FROM tensorflow/tensorflow:2.16.1\nCOPY x y\n"
    files["pod.yaml"] = "image: tensorflow/tensorflow:2.15.0\n"
    config = detect(written(tmp_path, files), NOTHING)
    assert [one.name for one in config.strategies] == [f"{name}-dockerfile" for name in "abcdef"]
    assert config.notes[-2:] == (
        "not checked; to check it add under `strategies`: "
        "tests-dockerfile: {dockerfile: tests/Dockerfile, context: tests}",
        "not checked; to check it add under `strategies`: "
        'tensorflow-2.15.0: {from: "tensorflow/tensorflow:2.15.0"}',
    )


def test_of_many_that_are_left_out_some_are_named(tmp_path: Path) -> None:
    files = {f"{number:02}/Dockerfile": "FROM tensorflow/tensorflow:2.17.0\n" for number in range(20)}
    notes = detect(written(tmp_path, files), NOTHING).notes
    assert notes[-1] == "4 more are not checked; `tf-docker-check init --stdout` has their entries"


def test_images_of_other_files_are_checked_where_no_dockerfile_has_tensorflow(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM node\n",
        "compose.yml": "services: {a: {image: tensorflow/tensorflow:2.17.0-gpu, gpus: all}}\n",
    }
    config = detect(written(tmp_path, files), NOTHING)
    assert config.strategies == (
        Strategy("tensorflow-2.17.0-gpu", image="tensorflow/tensorflow:2.17.0-gpu", gpu=True),
    )
    assert config.notes[0] == "0 Dockerfiles with TensorFlow; 1 without: Dockerfile"
    assert config.notes[1].endswith("compose.yml:1, is checked as it is")


def test_the_stage_with_tensorflow_is_built_where_the_last_has_none(tmp_path: Path) -> None:
    text = "FROM tensorflow/tensorflow:2.17.0 AS train\nFROM nginx\n"
    config = detect(write(tmp_path, Dockerfile=text), NOTHING)
    assert config.strategies[0].dockerfile == UserDockerfile("Dockerfile", target="train")


@pytest.mark.parametrize(
    ("dockerfile", "doubt"),
    [
        ("FROM python:3.11\nRUN pip install -r $FILE\n", "Dockerfile:2: "),
        (
            "FROM us/horovod:1\nRUN pip install numpy\n",
            "Dockerfile:1: what us/horovod:1 contains is not known",
        ),
        (
            "FROM python:3.11\nRUN pip install My.App\n",
            "Dockerfile:2: what my-app of the package index asks for is not read",
        ),
        ("FROM node\nRUN npm ci\n", ""),
    ],
)
def test_what_is_not_understood_counts_where_the_project_asks_for_tensorflow(
    dockerfile: str, doubt: str, tmp_path: Path
) -> None:
    files = {"Dockerfile": dockerfile, "train.py": "import tensorflow as tf\n"}
    files["setup.py"] = "from setuptools import setup\nsetup(\n    name='my_app',\n)\n"
    if not doubt:
        with pytest.raises(UsageError, match="nothing of yours"):
            detect(written(tmp_path, files), NOTHING)
        return
    config = detect(written(tmp_path, files), NOTHING)
    assert names(config) == ["dockerfile", "dockerfile-on-official", "dockerfile-on-slim"]
    assert config.notes[0] == "1 Dockerfile that may have TensorFlow: Dockerfile"
    what = "train.py asks for TensorFlow, and not all of Dockerfile is understood"
    assert config.notes[1].startswith(f"{what}: {doubt}")
    (tmp_path / "train.py").unlink()
    with pytest.raises(UsageError, match="nothing of yours"):
        detect(tmp_path, NOTHING)


@pytest.mark.parametrize(
    ("dockerfile", "requirements", "tensorflow", "asked", "note"),
    [
        ("FROM tensorflow/tensorflow:2.15.0-gpu", "", "2.15.0", (), "TensorFlow 2.15.0, from Dockerfile:1"),
        (
            "FROM tensorflow/tensorflow:latest",
            "",
            "auto",
            (),
            "TensorFlow 2.21.0, which tensorflow/tensorflow:latest is by the catalog of "
            f"{as_of()}, from Dockerfile:1",
        ),
        (
            "FROM tensorflow/tensorflow:2.15.0\nCOPY requirements.txt .\nRUN pip install -r requirements.txt",
            "numpy\ntensorflow>=2.16\n",
            "auto",
            ("tensorflow>=2.16",),
            "TensorFlow from requirements.txt:2: tensorflow>=2.16",
        ),
        (
            "FROM tensorflow/tensorflow:2.15.0\nCOPY requirements.txt .\nRUN pip install -r requirements.txt",
            "tensorflow>=2.13\n",
            "2.15.0",
            (),
            "TensorFlow 2.15.0, from Dockerfile:1",
        ),
        (
            'FROM debian\nRUN apt-get update && \\\n  pip install "tensorflow-cpu[and-cuda]==2.16.1" numpy',
            "",
            "auto",
            ("tensorflow-cpu[and-cuda]==2.16.1",),
            "TensorFlow from Dockerfile:3: tensorflow-cpu[and-cuda]==2.16.1",
        ),
        (
            "FROM debian\nRUN pip install tensorflow==2.16.1",
            "tensorflow==2.17.0",
            "auto",
            ("tensorflow==2.16.1",),
            "TensorFlow from Dockerfile:2: tensorflow==2.16.1",
        ),
    ],
)
def test_the_version_is_that_of_the_image(
    tmp_path: Path, dockerfile: str, requirements: str, tensorflow: str, asked: tuple[str, ...], note: str
) -> None:
    config = detect(write(tmp_path, Dockerfile=dockerfile, requirements__txt=requirements), NOTHING)
    assert (config.tensorflow, config.requirements) == ((tensorflow,), asked)
    assert note in (*config.notes, "")


def test_what_the_user_said_of_versions_stays(tmp_path: Path) -> None:
    asked = replace(NOTHING, tensorflow=("2.20.0",), python=("3.12",))
    config = detect(write(tmp_path, Dockerfile="FROM tensorflow/tensorflow:2.15.0"), asked)
    assert (config.tensorflow, config.python) == (("2.20.0",), ("3.12",))


def test_strategies_that_a_plan_names_can_be_selected(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile="FROM tensorflow/tensorflow:2.17.0\n")
    for chosen in ("dockerfile", "official,dockerfile-on-slim"):
        config = detect(tmp_path, load_config(tmp_path, inputs={"strategies": chosen}))
        assert names(config) == chosen.split(",")
    with pytest.raises(UsageError, match="unknown strategy 'dockerfil'; did you mean 'dockerfile'"):
        detect(tmp_path, load_config(tmp_path, inputs={"strategies": "dockerfil"}))


def test_configured_strategies_stay_and_learn_what_auto_goes_by(tmp_path: Path) -> None:
    mine = Strategy("mine", image="x:{tensorflow}", tensorflow=("auto",))
    config = Config(strategies=(mine,), tensorflow=("2.20.0",), notes=("before",))
    found = detect(write(tmp_path, Dockerfile="nonsense", requirements__txt="tensorflow~=2.16\n"), config)
    assert found == replace(
        config,
        requirements=("tensorflow~=2.16",),
        notes=("before", "TensorFlow from requirements.txt:1: tensorflow~=2.16"),
    )


def test_auto_is_explained_only_where_a_cell_takes_its_version(tmp_path: Path) -> None:
    own = Strategy("mine", recipe="dockerfile", dockerfile=UserDockerfile("Dockerfile"))
    write(tmp_path, Dockerfile="FROM tensorflow/tensorflow:2.21.0\n")
    assert detect(tmp_path, replace(NOTHING, strategies=(own,))).notes == ()
    official = Strategy("official", image="tensorflow/tensorflow:{tensorflow}")
    (note,) = detect(tmp_path, replace(NOTHING, strategies=(own, official))).notes
    assert note == "TensorFlow is the newest that fits: no requirement file names a version"


def test_the_dockerfile_of_the_inputs_is_the_one(tmp_path: Path) -> None:
    own = UserDockerfile("prod.Dockerfile", target="run", build_args=(("V", "3.12"),))
    text = "ARG V=3.9\nFROM python:$V AS run\nFROM scratch\n"
    write(tmp_path, Dockerfile="FROM a", prod__Dockerfile=text)
    config = detect(tmp_path, replace(NOTHING, dockerfile=own))
    assert {strategy.dockerfile for strategy in config.strategies} == {own}
    assert config.python == ("3.12",)


@pytest.mark.parametrize(
    ("text", "strategies", "said"),
    [
        ("FROM scratch", ["dockerfile"], "FROM scratch"),
        ("ARG B\nFROM $B", ["dockerfile-on-official", "dockerfile-on-slim"], "FROM $B, which has no value"),
        (
            "ARG R\nARG B=${R}/py:b-${P}-base\nFROM ${B}",
            ["dockerfile-on-official", "dockerfile-on-slim"],
            "FROM ${R}/py:b-${P}-base, which has no value",
        ),
    ],
)
def test_what_cannot_stand_so_is_not_picked(
    tmp_path: Path, text: str, strategies: list[str], said: str
) -> None:
    text += "\nRUN pip install tensorflow==2.17.0\n"
    config = detect(write(tmp_path, Dockerfile=text), NOTHING)
    assert names(config) == strategies
    assert f"{said}: checking {', '.join(strategies)}" in config.notes[1]


def test_a_dockerfile_of_the_inputs_that_cannot_be_built_is_the_users_business(tmp_path: Path) -> None:
    own = UserDockerfile("Dockerfile")
    with pytest.raises(UsageError, match=r"Dockerfile:2: 'RNU' is not a Dockerfile instruction"):
        detect(write(tmp_path, Dockerfile="FROM a\nRNU b\n"), replace(NOTHING, dockerfile=own))


def test_hostile_files_are_passed_over_with_a_note(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("FROM secret\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / "Dockerfile").symlink_to(outside)
    (project / "requirements.txt").write_bytes(b"\x7fELF\0\xff")
    (project / "requirements-big.txt").write_text("#" * 1_048_577)
    (project / "requirements-loop.txt").symlink_to("requirements-loop.txt")
    (project / "pyproject.toml").write_text("[project\n")
    os.mkfifo(project / "requirements-pipe.txt")
    (project / "Dockerfile.tf").write_text("FROM tensorflow/tensorflow:2.17.0\n")
    config = detect(project, NOTHING)
    assert names(config) == ["dockerfile", "dockerfile-on-official", "dockerfile-on-slim"]
    assert {
        "requirements-big.txt is larger than 1048576 bytes: ignored",
        "requirements.txt:1:1: this is not UTF-8 text: ignored",
        "pyproject.toml: it is not TOML",
    } <= set(config.notes)


def test_requirements_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    write(
        tmp_path,
        requirements__txt="# a\n--index-url https://x.test\nnumpy>=1 \\\n  --hash=sha256:ab\n"
        "-r requirements/base.txt\n./local\nscipy # why\ntensorflow-macos; sys_platform == 'darwin'\n",
        pyproject__toml='[project]\ndependencies = [\n  "pandas",\n  "bad requirement",\n]\n',
    )
    write(tmp_path / "requirements", base__txt="-r ../requirements.txt\nkeras\n", dev__txt="pytest")
    found = [(spec.file, spec.line, str(spec.requirement)) for spec in requirement_specs(tmp_path)]
    assert found == [
        ("requirements.txt", 3, "numpy>=1"),
        ("requirements/base.txt", 2, "keras"),
        ("requirements.txt", 7, "scipy"),
        ("pyproject.toml", 3, "pandas"),
        ("requirements/dev.txt", 1, "pytest"),
    ]


def test_requirements_cannot_lead_out_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("keras")
    project = tmp_path / "project"
    project.mkdir()
    notes: list[str] = []
    assert requirement_specs(write(project, requirements__txt="-r ../out.txt\n"), notes.append) == []
    assert notes == ["../out.txt leads out of the project: ignored"]


def test_only_the_first_file_that_names_tensorflow_counts(tmp_path: Path) -> None:
    write(tmp_path, requirements__txt="numpy", requirements_gpu__txt="tensorflow==2.15.0")
    write(tmp_path, requirements_old__txt="tensorflow==1.15.0")
    asked = replace(NOTHING, strategies=(Strategy("mine", image="x:{tensorflow}"),))
    assert detect(tmp_path, asked).requirements == ("tensorflow==2.15.0",)
