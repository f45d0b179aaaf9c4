from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Config, Strategy, UserDockerfile
from tf_docker_check.plan.detect import detect, requirement_specs

NOTHING = Config(strategies=(), tensorflow=("auto",), python=("auto",))
BOTH = "dockerfile, dockerfile-on-official, dockerfile-on-slim"


def write(folder: Path, **files: str) -> Path:
    """A project; ``__`` in a name is a dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def names(config: Config) -> list[str]:
    return [strategy.name for strategy in config.strategies]


def test_without_anything_the_usual_two_are_checked(tmp_path: Path) -> None:
    config = detect(tmp_path, NOTHING)
    assert names(config) == ["official", "slim"]
    assert (config.tensorflow, config.python, config.bases) == (("auto",), ("auto",), ())
    assert config.notes == (
        "no strategies are configured and no Dockerfile was found: checking official and slim",
    )


def test_a_dockerfile_is_checked_as_it_is_and_on_the_usual_two(tmp_path: Path) -> None:
    config = detect(write(tmp_path, Dockerfile="FROM python:3.11-slim AS base\nFROM base\n"), NOTHING)
    own = UserDockerfile("Dockerfile")
    assert config.strategies == (
        Strategy("dockerfile", recipe="dockerfile", dockerfile=own),
        Strategy("dockerfile-on-official", recipe="dockerfile", dockerfile=own, on="official"),
        Strategy("dockerfile-on-slim", recipe="dockerfile", dockerfile=own, on="slim"),
    )
    assert [base.name for base in config.bases] == ["official", "slim"]
    assert config.python == ("3.11",)
    assert config.notes == (
        f"no strategies are configured; from Dockerfile:1, FROM python:3.11-slim: checking {BOTH}",
        "Python 3.11, from Dockerfile:1",
    )


@pytest.mark.parametrize(
    ("dockerfile", "requirements", "tensorflow", "asked", "note"),
    [
        ("FROM tensorflow/tensorflow:2.15.0-gpu", "", "2.15.0", (), "TensorFlow 2.15.0, from Dockerfile:1"),
        ("FROM tensorflow/tensorflow:latest", "", "auto", (), ""),
        (
            "FROM tensorflow/tensorflow:2.15.0",
            "numpy\ntensorflow>=2.16\n",
            "auto",
            ("tensorflow>=2.16",),
            "TensorFlow from requirements.txt:2: tensorflow>=2.16",
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
            ("tensorflow==2.17.0",),
            "",
        ),
        ("FROM debian\nRUN echo tensorflow==2.16.1", "", "auto", (), ""),
    ],
)
def test_the_version_comes_from_requirements_then_the_dockerfile(
    tmp_path: Path, dockerfile: str, requirements: str, tensorflow: str, asked: tuple[str, ...], note: str
) -> None:
    config = detect(write(tmp_path, Dockerfile=dockerfile, requirements__txt=requirements), NOTHING)
    assert (config.tensorflow, config.requirements) == ((tensorflow,), asked)
    assert note in (*config.notes, "")


def test_what_the_user_said_of_versions_stays(tmp_path: Path) -> None:
    asked = replace(NOTHING, tensorflow=("2.20.0",), python=("3.12",))
    config = detect(write(tmp_path, Dockerfile="FROM tensorflow/tensorflow:2.15.0"), asked)
    assert (config.tensorflow, config.python) == (("2.20.0",), ("3.12",))


def test_configured_strategies_stay_and_learn_what_auto_goes_by(tmp_path: Path) -> None:
    mine = Strategy("mine", image="x:{tensorflow}", tensorflow=("auto",))
    config = Config(strategies=(mine,), tensorflow=("2.20.0",), notes=("before",))
    found = detect(write(tmp_path, Dockerfile="nonsense", requirements__txt="tensorflow~=2.16\n"), config)
    assert found == replace(
        config,
        requirements=("tensorflow~=2.16",),
        notes=("before", "TensorFlow from requirements.txt:1: tensorflow~=2.16"),
    )


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
    ],
)
def test_what_cannot_stand_so_is_not_picked(
    tmp_path: Path, text: str, strategies: list[str], said: str
) -> None:
    config = detect(write(tmp_path, Dockerfile=text), NOTHING)
    assert names(config) == strategies
    assert f"{said}: checking {', '.join(strategies)}" in config.notes[0]


def test_other_dockerfiles_are_told_of(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile="FROM a", Dockerfile__gpu="FROM b", train__Dockerfile="FROM c")
    config = detect(tmp_path, NOTHING)
    assert config.notes[0] == (
        "not checked (name them under `strategies` to check them): Dockerfile.gpu, train.Dockerfile"
    )


def test_a_dockerfile_that_cannot_be_built_is_the_users_business(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Dockerfile:2: 'RNU' is not a Dockerfile instruction"):
        detect(write(tmp_path, Dockerfile="FROM a\nRNU b\n"), NOTHING)


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
    config = detect(project, NOTHING)
    assert names(config) == ["official", "slim"]
    assert {
        "Dockerfile leads out of the project: ignored",
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
    assert detect(tmp_path, NOTHING).requirements == ("tensorflow==2.15.0",)
