from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lint.projects import checked, told, written
from tf_docker_check.discovery.files import Files
from tf_docker_check.lint.check import check
from tf_docker_check.lint.fix import fix, select_edits
from tf_docker_check.lint.issue import Severity
from tf_docker_check.project.find import find_files

FLOATING = "FROM tensorflow/tensorflow\n"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("FROM python:3.11\nRNU x\n", "2:1", "'RNU' is not a Dockerfile instruction"),
        ("FROM a b c\n", "1:1", "FROM takes one image"),
        ("RUN x\nFROM y\n", "1:1", "RUN comes before the first FROM"),
        ("ARG X=1\n", "1:1", "no FROM instruction"),
        ("", "1:1", "invalid Dockerfile"),
        ("FROM x\nRUN <<EOF\nfoo\n", "2:1", "the here-document 'EOF' has no end"),
        ("FROM x\n\nENV\n", "3:1", "ENV has no arguments"),
        ("FROM 0\nENV =' {", "2:1", "ENV has a value without a name"),
        ("FROM x:${y\n", "1:1", "invalid image in FROM"),
        ("FROM x\0y\n", "1:1", "is not a text file"),
    ],
)
def test_what_cannot_be_read_is_an_issue_and_the_others_go_on(
    text: str, place: str, says: str, tmp_path: Path
) -> None:
    report = checked(written(tmp_path, {"a/Dockerfile": text, "b/Dockerfile": FLOATING}))
    first, second = report.issues
    assert (first.rule, first.severity) == ("TFD001", Severity.ERROR)
    assert ":".join(map(str, first.span.begins)) == place
    assert says in first.remark.message
    assert "a/Dockerfile" not in first.remark.message.replace("a/Dockerfile is not a text file", "")
    assert (second.rule, second.span.source.path.parent.name) == ("TFD010", "b")


@pytest.mark.timeout(30)
@pytest.mark.parametrize("before", [0, 1, 700, 1499])
def test_the_line_is_found_in_long_files_too_and_soon(before: int, tmp_path: Path) -> None:
    document = "RUN <<EOF\nfirst\nsecond\nEOF\n"
    text = "FROM x\n" + document * before + "RUN <<NEVER\n" + document * (1500 - before)
    assert told(tmp_path, {"Dockerfile": text}) == [f"TFD001 Dockerfile:{before * 4 + 2}:1"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [\n", "2:1"),
        ("services:\n\tx: y\n", "2:1"),
        ("[" * 5000, "1:31"),
        ("- a\n- b\n", "1:1"),
    ],
)
def test_a_compose_file_that_is_none(text: str, place: str, tmp_path: Path) -> None:
    assert told(tmp_path, {"compose.yml": text}) == [f"TFD001 compose.yml:{place}"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "services:\n",
        "services: []\n",
        "services:\n  x:\n",
        "services: {x: 1, y: [2], z: {image: 3, build: {context: [4]}, deploy: 5, ports: 7}}\n",
        "services:\n  x:\n    <<: [1, {image: tensorflow/tensorflow}]\n    gpus: {}\n",
        "services: {x: {build: {context: ., args: [1, A=2, {}], target: 3}, platform: 4}}\n",
        "services: {x: {image: tensorflow/tensorflow, environment: [1, {}], platform: [5]}}\n",
        "services:\n  x:\n    build: https://example.com/x.git\n",
        "services:\n  x:\n    build: ../../../../..\n",
    ],
)
def test_odd_compose_files_do_no_harm(text: str, tmp_path: Path) -> None:
    assert "TFD001" not in " ".join(told(tmp_path, {"compose.yml": text}))


def test_an_issue_is_told_once_however_many_stages_and_services_it_concerns(tmp_path: Path) -> None:
    froms = "FROM tensorflow/tensorflow AS base\nFROM base AS a\nFROM base\n"
    docker = f"{froms}COPY . .\nRUN pip install -r requirements.txt\n"
    compose = "services:\n  a:\n    build: .\n  b:\n    build: .\n"
    files = {"Dockerfile": docker, "compose.yml": compose, "requirements.txt": "tensorflow-gpu\n"}
    assert told(tmp_path, files) == [
        "TFD010 Dockerfile:1:6",
        "TFD021 requirements.txt:1:1",
        "TFD023 requirements.txt:1:1",
    ]


def test_a_host_without_gpus_is_the_users_word(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM tensorflow/tensorflow:2.17.0-gpu\n",
        "cuda.Dockerfile": "FROM python:3.12-slim-bookworm\nRUN pip install 'tensorflow[and-cuda]==2.20.0'\n",
    }
    assert told(tmp_path, files) == []
    assert told(tmp_path, files, on_cpu=True) == ["TFD030 Dockerfile:1:6", "TFD030 cuda.Dockerfile:2:17"]


PLAIN_WORDS = """\
FROM python:3.12-slim tensorflow/tensorflow:2.6.0-gpu nvidia/cuda:11.8.0-base-ubuntu22.04 AS a RUN pip install
tensorflow tensorflow[and-cuda]==2.21.0 tensorflow-gpu==2.15.1 tensorflow==$V $V ${V && ENV ARG V=2.14.0
LD_LIBRARY_PATH=/a/stubs:/b apt-get update libncurses5 nvidia-utils-535 <<EOF EOF COPY --from=0 /usr/local
numpy==2.1 /opt/venv ' " [ ] , # é -r requirements.txt --platform=linux/arm64 ` ONBUILD"""
BLANKS = ("\\\n", "\n", "\n", "\n", "\t", "\r\n", "# tf-docker-check: ignore=TFD010", "x" * 300)
WORDS = st.sampled_from([*PLAIN_WORDS.split(), *BLANKS])
TEXTS = st.one_of(
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(WORDS, max_size=40).map(
        lambda words: f"FROM python:3.12-slim\nRUN pip install {' '.join(words)}"
    ),
    st.text(max_size=200),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(docker=TEXTS, requirements=TEXTS, compose=TEXTS)
def test_whatever_the_files_hold_places_are_in_them_and_edits_do_not_overlap(
    docker: str, requirements: str, compose: str, tmp_path: Path
) -> None:
    texts = {"Dockerfile": docker, "requirements.txt": requirements, "compose.yml": compose}
    texts = {name: text.encode(errors="ignore").decode() for name, text in texts.items()}
    found, files = find_files([written(tmp_path, texts)], lambda _: None), Files((tmp_path,))
    report = check(found, files)
    for issue in report.issues:
        text = issue.span.source.text
        assert 0 <= issue.span.start <= issue.span.end <= len(text)
        assert min(*issue.span.begins, *issue.span.ends) >= 1
        assert issue.remark.message
        assert issue.remark.remedy
    edits = sorted(
        (edit.span.source.name, edit.span.start, edit.span.end) for edit in select_edits(report.issues)
    )
    for (name, _, end), (other, start, _) in pairwise(edits):
        assert name != other or end <= start
    fixed = fix(found, files)
    again = fix(found, Files((tmp_path,), dict(fixed.texts)))
    assert again.texts == fixed.texts
    unread = {issue.span.source.name for issue in report.issues if issue.rule == "TFD001"}
    assert {issue.span.source.name for issue in fixed.remaining.issues if issue.rule == "TFD001"} == unread
