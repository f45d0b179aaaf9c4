"""What keeps a failed cell's image from being judged, and the same words from an image that ends by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tf_docker_check.diagnose.cell import diagnose_cell
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.observation import BuildResult, BuildStep, Check, Death, Exit, ProbeRun
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.scripts import scripts_of
from tf_docker_check.pipeline.verdict import keeps_from_judging

CELL = Cell("slim", "2.21.0", "3.12", "cpu")
GIB = 1 << 30
BUILT = BuildResult(Status.PASSED)


def built(command: str, log: str) -> BuildResult:
    error = f"executor failed running [/bin/sh -c {command}]: exit code: 1"
    step = BuildStep(f"[2/2] RUN {command}", error=error, log=log)
    return BuildResult(Status.FAILED, steps=(step,), reason=error, log=log, exit_code=1)


def is_kept(
    build: BuildResult,
    run: ProbeRun | None = None,
    room: int | None = 90 * GIB,
    context: Path | None = None,
    **limits: str,
) -> tuple[str, bool]:
    """The headline's cause, and whether it keeps the image from being judged."""
    finding = diagnose_cell(build=build, run=run, gpu=Gpu.OFF, cell=CELL)[0][0]
    scripts = (lambda command: scripts_of(command, context)) if context else lambda _: ()
    return finding.cause, keeps_from_judging(
        finding, build, run, limits=limits, room=lambda: room, scripts=scripts
    )


def ran(text: str, death: Death | None = None) -> ProbeRun:
    check = Check("command: x", Status.FAILED, "ended with exit code 1", text=text, death=death or Death(1))
    return ProbeRun((check,), Exit(0))


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("curl: (6) Could not resolve host: example.com", "network-tls"),
        ("toomanyrequests: You have reached your pull rate limit", "registry-auth-or-limit"),
        ("OSError: [Errno 28] No space left on device", "disk-full"),
    ],
)
def test_a_step_that_is_kept_from_its_work_and_one_that_prints_the_same_words(words: str, cause: str) -> None:
    assert is_kept(built("pip install tensorflow", words)) == (cause, True)
    assert is_kept(built(f"echo '{words}'; exit 1", words)) == (cause, False)


WORDS = "curl: (6) Could not resolve host: example.com"


@pytest.mark.parametrize(
    ("dockerfile", "command", "kept"),
    [
        ("FROM x\nRUN sh say.sh\n", "sh say.sh", True),
        (f'FROM x\nCOPY <<EOF say.sh\necho "{WORDS}"; exit 1\nEOF\nRUN sh say.sh\n', "sh say.sh", False),
        (f"FROM x\n# {WORDS}\nRUN sh say.sh\n", "sh say.sh", True),
        ("FROM x\nCOPY . .\nRUN ./tools/print.sh\n", "./tools/print.sh && true", False),
        ("FROM x\nCOPY . .\nRUN ./tools/work.sh\n", "./tools/work.sh", True),
        ("FROM x\nCOPY . .\nRUN ./tools/link.sh\n", "./tools/link.sh", True),
    ],
)
def test_words_that_the_project_itself_holds_are_no_networks(
    tmp_path: Path, dockerfile: str, command: str, kept: bool
) -> None:
    tools = tmp_path / "context" / "tools"
    tools.mkdir(parents=True)
    (tools / "print.sh").write_text(f'#!/bin/sh\necho "{WORDS}" >&2\nexit 1\n')
    (tools / "work.sh").write_text("curl https://example.com\n")
    (tmp_path / "outside").write_text(WORDS)
    (tools / "link.sh").symlink_to(tmp_path / "outside")
    build = replace(built(command, WORDS), dockerfile=dockerfile)
    assert is_kept(build, context=tmp_path / "context") == ("network-tls", kept)


def test_a_full_disk_counts_in_a_check_where_the_engines_disk_is_full() -> None:
    run = ran("OSError: [Errno 28] No space left on device")
    assert is_kept(BUILT, run) == ("disk-full", False)
    assert is_kept(BUILT, run, room=1 << 20) == ("disk-full", True)
    assert is_kept(BUILT, run, room=None) == ("disk-full", True)


def test_words_of_the_network_do_not_undo_a_checks_own_exit() -> None:
    assert is_kept(BUILT, ran("curl: (6) Could not resolve host: x")) == ("network-tls", False)


def test_memory_is_the_machines_unless_the_configuration_limits_it() -> None:
    killed = ran("", Death(137, "SIGKILL", out_of_memory=True))
    assert is_kept(BUILT, killed) == ("host-oom", True)
    assert is_kept(BUILT, killed, memory="600m") == ("host-oom", False)
    assert is_kept(BUILT, ran("std::bad_alloc")) == ("host-oom", False)


def test_what_lies_with_the_machine_all_the_same_is_judged() -> None:
    assert is_kept(BUILT, ran("", Death(132, "SIGILL"))) == ("cpu-instruction", False)
