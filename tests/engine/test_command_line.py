"""`tf-docker-check run` as a user has it, on a real engine: unusual projects, hostile images, confidences."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from engine.command import left_behind, start, without_buildx
from lab import images
from lab.stand_ins import BY_REFERENCE
from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import BuildRequest
from tf_docker_check.model.status import Status

pytestmark = pytest.mark.engine

PYTHON = "python:3.11-slim"
ONLY_PYTHON = "checks: {profile: quick, disable: [environment, import]}\n"
HOSTILE = r"""#!/bin/sh
printf '::error::forged\n  ::add-mask::passed\n##[group]forged\n::stop-commands::forged\n'
printf '\033[31mred\033]0;title\007\000\001\377\376 <script>forged()</script> ]]> **bold** @everyone | \n'
exit 5
"""
HOSTILE_DOCKERFILE = """\
COPY python3 /bin/python3
LABEL "a b"="c\\"d" x="##[error]" "<b>"="]]>"
ENV ODD="::error::forged" EMPTY=""
VOLUME /data
HEALTHCHECK --interval=1s CMD sleep 1000
ENTRYPOINT ["/bin/sh", "-c", "echo the entrypoint ran; sleep 1000"]
"""


@pytest.fixture(scope="module")
def python(docker_host: str) -> str:
    """The lab's python:3.11-slim."""
    images.ensure(docker_host, [PYTHON])
    return BY_REFERENCE[PYTHON].tag


@pytest.fixture
def hostile(
    docker_host: str, shell_image: str, labels: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An image whose python3 says what no log, table or report should take at its word."""
    context, engine = tmp_path_factory.mktemp("hostile"), connect(docker_host)
    (context / "python3").write_text(HOSTILE)
    (context / "python3").chmod(0o755)
    tag = f"127.0.0.1:1/tests/hostile:{uuid.uuid4().hex}"
    text = f"FROM {shell_image}\n{HOSTILE_DOCKERFILE}"
    assert engine.build(BuildRequest(text, str(context), tag=tag, labels=labels)).image
    yield tag
    engine.sweep(labels)
    engine.close()


def test_an_unusual_project_passes_and_nothing_is_left(docker_host: str, python: str, tmp_path: Path) -> None:
    project = tmp_path / "ein schönes Projekt"
    (project / "docker files").mkdir(parents=True)
    for name in ("kept.txt", "a.log", "b.log"):
        (project / name).touch()
    (project / ".dockerignore").write_text("# logs\n*.log\n")
    text = (
        "ARG BASE={}\nFROM $BASE AS base\nCOPY . /all\n{}\nFROM base AS bad\nRUN exit 1\nFROM base AS final\n"
    )
    here = "RUN test -e /all/kept.txt && ! test -e /all/a.log"
    own = "RUN ! test -e /all/kept.txt && test -e /all/a.log && ! test -e /all/b.log"
    (project / "docker files/Own Dockerfile.dockerignore").write_text("*.txt\nb.log\nout\n")
    (project / "docker files/Own Dockerfile").write_text(text.format(python, own))
    (project / "docker files/Dockerfile").write_text(text.format(python, here))
    (project / "c.yml").write_text(
        ONLY_PYTHON
        + "strategies:\n"
        + "  shared: {dockerfile: docker files/Dockerfile, target: final}\n"
        + "  own: {dockerfile: docker files/Own Dockerfile, target: final}\n"
    )
    buildkit = start(project).end()
    assert (buildkit.code, {cell.status for cell in buildkit.results.cells}) == (0, {Status.PASSED})
    assert left_behind(docker_host, buildkit) == []
    classic = start(project, PATH=without_buildx()).end()
    assert (classic.code, {cell.status for cell in classic.results.cells}) == (0, {Status.PASSED})
    assert left_behind(docker_host, classic) == []


def test_what_a_hostile_image_says_stays_words(docker_host: str, hostile: str, tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(f"strategies: {{hostile: {{from: '{hostile}'}}}}\n")
    ended = start(tmp_path, "-v", GITHUB_ACTIONS="true").end()
    assert ended.code == 1
    assert ended.cells["hostile"].status is Status.FAILED
    assert "ended with exit code 5" in ended.cells["hostile"].reason
    assert "the entrypoint ran" not in ended.cells["hostile"].output
    lines = (ended.out + ended.err).splitlines()
    assert any("::error::forged" in line for line in lines)
    assert not [line for line in lines if line.lstrip().startswith("::") and "forged" in line]
    assert "##[" not in ended.out + ended.err
    assert "<script>" not in MarkdownIt().render((ended.folder / "report.md").read_text())
    assert not {"\x1b", "\0", "\1"} & set(ended.written)
    assert left_behind(docker_host, ended) == []


def test_what_is_given_in_confidence_is_never_shown(
    docker_host: str, shell_image: str, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"FROM {shell_image}\nARG DB_PASSWORD\nRUN --mount=type=secret,id=token "
        'echo "$DB_PASSWORD"; cat /run/secrets/token; exit 3\n'
    )
    (tmp_path / "c.yml").write_text(
        "strategies:\n  app:\n    dockerfile: Dockerfile\n"
        "    build-args: {DB_PASSWORD: hunter2hunter2}\n    secrets: [{id: token, env: OUR_TOKEN}]\n"
    )
    ended = start(tmp_path, "-v", OUR_TOKEN="t0k3nt0k3n").end()
    assert ended.cells["app"].status is Status.FAILED
    assert "hunter2" not in ended.written
    assert "t0k3n" not in ended.written
    assert "***\n" in ended.out  # it arrived
    missing = start(tmp_path).end()
    assert (missing.code, missing.cells["app"].status) == (3, Status.ERRORED)
    assert "OUR_TOKEN is not set" in missing.cells["app"].reason


def test_many_cells_of_two_runs_at_once_leave_each_other_alone(
    docker_host: str, shell_image: str, tmp_path: Path
) -> None:
    running = []
    for name in ("one", "two"):
        project = tmp_path / name
        project.mkdir()
        for number in range(12):
            (project / f"D{number}").write_text(f"FROM {shell_image}\nRUN echo {number}\n")
        strategies = "".join(f"  c{number}: {{dockerfile: D{number}}}\n" for number in range(12))
        (project / "c.yml").write_text(f"{ONLY_PYTHON}strategies:\n{strategies}")
        running.append(start(project, "--max-parallel", "4", "-q"))
    for ended in [each.end() for each in running]:
        assert ended.code == 1
        assert [cell.build and cell.build.status for cell in ended.results.cells] == [Status.PASSED] * 12
        assert {cell.reason for cell in ended.results.cells} == {
            "interpreter: the image has no python3 or python along its PATH"
        }
        assert left_behind(docker_host, ended) == []


def test_what_cannot_be_built_at_all_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FORM python:3.11\n")
    (tmp_path / "outside").symlink_to("/etc/shadow")
    (tmp_path / "c.yml").write_text("strategies: {a: {dockerfile: Dockerfile}, b: {dockerfile: outside}}\n")
    ended = start(tmp_path, DOCKER_HOST="unix:///nowhere").end()
    assert ended.code == 2
    assert "Dockerfile:1: 'FORM' is not a Dockerfile instruction" in ended.err
    assert "outside leads out of the project" in ended.err
    assert not ended.folder.exists()


@pytest.mark.parametrize("host", ["unix:///nowhere", "tcp://127.0.0.1:1"])
def test_no_engine_is_one_message_and_every_cell_is_kept(host: str, tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("strategies: {a: {from: 'x:1'}, b: {from: 'x:2'}}\n")
    ended = start(tmp_path, "-q", DOCKER_HOST=host).end()
    assert ended.code == 3
    assert ended.err.count("no container engine answers") == 1
    assert "install Docker" in ended.err
    assert [cell.status for cell in ended.results.cells] == [Status.ERRORED, Status.ERRORED]
