from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.rules.stage import (
    about_tensorflow,
    all_tensorflow_installs,
    base_of,
    holds_tensorflow,
    tensorflow_installs,
)


def stages(text: str, **files: str) -> tuple[Stage, ...]:
    def lookup(name: str) -> Source | None:
        return Source(Path(name), name, files[name]) if name in files else None

    source = Source(Path("Dockerfile"), "Dockerfile", text)
    return read_stages(source, lookup=lookup)


def pins(stage: Stage) -> list[str]:
    return [f"{install.wanted.name}{install.wanted.specifier}" for install in all_tensorflow_installs(stage)]


def test_stages_and_what_they_stand_on() -> None:
    base, child, other, last = stages(
        "FROM python:3.11 AS base\nFROM base AS Child\nFROM debian:12 AS other\nFROM child\n"
    )
    assert [stage.parent for stage in (base, child, other, last)] == [None, base, None, child]
    assert last.root is base
    assert (base_of(last).python, base_of(other).system_python) == ("3.11", "3.11")
    assert [stage.ships for stage in (base, child, other, last)] == [True, True, False, True]


def test_the_image_is_a_word_with_a_place_and_empty_where_it_is_not_known() -> None:
    arm = "FROM --platform=linux/arm64 \\\n  python:${A}-slim"
    text = f"ARG A=3.12\nARG B\n{arm}\nFROM x:$B\nFROM ${{B:-debian}}\n"
    first, second, third = stages(text)
    assert (first.known_image, first.word.text, first.word.begins) == (
        "python:3.12-slim",
        "python:${A}-slim",
        (4, 3),
    )
    assert (first.architecture, second.architecture) == ("aarch64", "x86_64")
    assert (second.known_image, third.known_image) == ("", "debian")


@pytest.mark.parametrize(
    ("head", "word", "pin"),
    [
        ("ARG V=2.17.1", "tensorflow==$V", "==2.17.1"),
        ("ARG V=2.17.1", '"tensorflow==${V}"', "==2.17.1"),
        ("ENV V 2.17.1", "tensorflow==${V}", "==2.17.1"),
        ("ARG V=1\nENV V=2", "tensorflow==$V", "==2"),
        ("ARG M=2.17\nARG V=$M.1", "tensorflow==$V", "==2.17.1"),
        ("ARG V", "tensorflow==$V", "None"),
        ("ARG GLOBAL", "tensorflow==$GLOBAL", "==2.16.2"),
        ("", "tensorflow==$GLOBAL", "None"),
        ("ARG V=2.17.1", "tensorflow==${V}${OTHER}", "None"),
    ],
)
def test_arguments_and_environment_fill_in_versions(head: str, word: str, pin: str) -> None:
    (stage,) = stages(f"ARG GLOBAL=2.16.2\nFROM python:3.11\n{head}\nRUN pip install {word}\n")
    assert pins(stage) == [f"tensorflow{pin}"]


def test_a_child_has_its_parents_environment_and_arguments() -> None:
    install = "RUN pip install tensorflow==$E tf-nightly==$A"
    _, child = stages(f"FROM python:3.11 AS a\nENV E=2.17.1\nARG A=1\nFROM a\n{install}\n")
    assert pins(child) == ["tensorflow==2.17.1", "tf-nightly==1"]


def test_environment_in_both_forms() -> None:
    text = 'FROM x:1\nENV A=1 B="2 3" \\\n  C=4\nENV D some words\nENV P=$A:/x\n'
    (stage,) = stages(text)
    assert dict(stage.environment) == {"A": "1", "B": "2 3", "C": "4", "D": "some words", "P": "1:/x"}
    assert [setting.span.text.strip() for setting in stage.settings] == [
        "1",
        '"2 3"',
        "4",
        "some words",
        "$A:/x",
    ]


@pytest.mark.parametrize(
    "run",
    [
        "RUN pip install tensorflow",
        'RUN ["pip", "install", "tensorflow"]',
        'RUN ["/bin/bash", "-c", "set -e; pip install tensorflow"]',
        "RUN --mount=type=cache,target=/c --network=none pip install tensorflow",
        "RUN <<EOF\npip install \\\n  tensorflow\nEOF",
        "RUN <<-'EOF' bash -e\n\tpip install tensorflow\n\tEOF",
        "RUN <<EOF\n#!/usr/bin/env bash\npip install tensorflow\nEOF",
        "RUN a && \\\n  # pip install tf-nightly\n  pip install \\\n\n  tensorflow",
        "run pip install tensorflow",
    ],
)
def test_where_a_run_is_found(run: str) -> None:
    (stage,) = stages(f"FROM python:3.11\n{run}\nCMD true\n")
    assert [install.wanted.span.text.strip('"') for install in tensorflow_installs(stage)] == ["tensorflow"]


@pytest.mark.parametrize(
    "run",
    [
        "RUN <<EOF python\npip install tensorflow\nEOF",
        "RUN <<EOF\n#!/usr/bin/python3\npip install tensorflow\nEOF",
        "RUN cat <<EOF > /x\npip install tensorflow\nEOF",
        "COPY <<EOF /x\npip install tensorflow\nEOF",
        "RUN echo pip install tensorflow",
        "RUN a # pip install tensorflow",
        "ONBUILD RUN pip install tensorflow",
        "CMD pip install tensorflow",
    ],
)
def test_where_none_is(run: str) -> None:
    (stage,) = stages(f"FROM python:3.11\n{run}\n")
    assert tensorflow_installs(stage) == ()


@pytest.mark.parametrize(
    "how",
    [
        "COPY requirements.txt .\nRUN pip install -r requirements.txt",
        "COPY requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt",
        "COPY . /app\nRUN pip install -r /app/requirements.txt",
        "RUN --mount=type=bind,source=requirements.txt,target=/r.txt pip install -r /r.txt",
        "ADD requirements.txt /x/\nRUN pip install --requirement=/x/requirements.txt",
    ],
)
def test_requirement_files_are_found_by_their_names_in_the_image(how: str) -> None:
    (stage,) = stages(f"FROM python:3.11\n{how}\n", **{"requirements.txt": "tensorflow==2.17.1\n"})
    assert pins(stage) == ["tensorflow==2.17.1"]


def test_a_file_is_where_copy_took_it_from() -> None:
    text = (
        "FROM python:3.11\nCOPY docker/gpu/requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt\n"
    )
    files = {"requirements.txt": "flask\n", "docker/gpu/requirements.txt": "tensorflow\n"}
    (stage,) = stages(text, **files)
    assert holds_tensorflow(stage)


@pytest.mark.parametrize(
    ("copy", "holds"),
    [
        ("--from=b /opt/venv /opt/venv", True),
        ("--from=B /usr/local/lib/python3.11/site-packages /x", True),
        ("--from=0 /root/.local /root/.local", True),
        ("--from=b /model /model", False),
        ("--from=busybox:1 /opt/venv /opt/venv", False),
    ],
)
def test_packages_that_are_copied_count(copy: str, holds: bool) -> None:
    _, last = stages(f"FROM python:3.11 AS b\nRUN pip install tensorflow\nFROM debian:12\nCOPY {copy}\n")
    assert holds_tensorflow(last) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("FROM tensorflow/tensorflow:2.17.0", True),
        ("FROM x.example/tensorflow-1.14.0-notebook:1", True),
        ("FROM x.example/tensorflow-serving:1", False),
        ("FROM tensorflow/build:latest", False),
        ("FROM python:3.11\nRUN pip install tensorflow-text", True),
        ("FROM python:3.11\nRUN pip install keras", False),
        ("ARG A\nFROM python:3.11\nRUN if [ $A ]; then pip install tensorflow; fi", True),
    ],
)
def test_what_holds_a_tensorflow(text: str, holds: bool) -> None:
    assert holds_tensorflow(stages(f"{text}\n")[-1]) is holds


def test_only_stages_that_tensorflow_ends_up_in_are_of_interest() -> None:
    froms = "FROM node AS web\nFROM python:3.11 AS base\nFROM base AS tf\n"
    found = stages(f"{froms}RUN pip install tensorflow\nFROM nginx\n")
    assert [stage.name for stage in about_tensorflow(found)] == ["base", "tf"]


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("FROM python:3.11-slim\nRUN pip install tensorflow", "3.11"),
        ("FROM python:3.11-slim\nRUN python3.9 -m pip install tensorflow", "3.9"),
        ("FROM ubuntu:22.04\nRUN apt-get install -y python3-pip && pip install tensorflow", "3.10"),
        ("FROM ubuntu:22.04\nRUN apt-get install -y python3.11 && pip install tensorflow", ""),
        ("FROM ubuntu:22.04\nRUN pip install tensorflow", ""),
        ("FROM python:3.11\nRUN conda create x\nRUN pip install tensorflow", ""),
        ("FROM tensorflow/tensorflow:2.17.0\nRUN pip install tensorflow", "3.11"),
        ("FROM example.com/base:1\nRUN pip install tensorflow", ""),
    ],
)
def test_the_python_that_pip_installs_for(text: str, python: str) -> None:
    (stage,) = stages(f"{text}\n")
    assert tensorflow_installs(stage)[0].python == python


def test_a_byte_order_mark_and_windows_line_ends_are_no_obstacle() -> None:
    (stage,) = stages("\ufeffFROM python:3.11\r\nRUN pip install \\\r\n  tensorflow\r\n")
    assert (stage.word.text, stage.word.begins) == ("python:3.11", (1, 7))
    assert tensorflow_installs(stage)[0].wanted.span.text == "tensorflow"


@pytest.mark.parametrize(
    ("run", "unread"),
    [
        ("pip install tensorflow==2.17.1", []),
        ("pip install -r gone.txt", ["gone.txt was not found in the build context"]),
        (
            "pip install . git+https://example.com/tf-x",
            [
                ".: no file in it was found that says what it needs",
                "git+https://example.com/tf-x is not read",
            ],
        ),
        ("pip install $NOT_KNOWN", ["$NOT_KNOWN is not read"]),
    ],
)
def test_what_was_not_understood_is_named_with_its_line(run: str, unread: list[str]) -> None:
    _, last = stages(f"FROM python:3.11 AS base\nRUN {run}\nFROM base\n")
    assert last.unread == ()
    assert list(map(str, last.all_unread)) == [f"Dockerfile:2: {reason}" for reason in unread]
