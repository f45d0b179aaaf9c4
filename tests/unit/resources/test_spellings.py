"""One reader for the ends of processes and for error numbers, in all their spellings."""

from __future__ import annotations

import pytest

from tf_docker_check.diagnose import automaton
from tf_docker_check.resources.spellings import expand


def matches(pattern: str, line: str) -> bool:
    return automaton.compile_pattern(expand(pattern)).search(line.encode()) is not None


@pytest.mark.parametrize(
    "line",
    [
        "exit code: 137",
        "    Exit Code:    137",
        '"ExitCode":137',
        "exitCode: 137",
        "Exited (137) 2 hours ago",
        "Restarting (137) 3 seconds ago",
        "returned a non-zero code: 137",
        "returned non-zero exit status 137.",
        "make: *** [all] Error 137",
        "exitcode  : -9 (pid: 12)",
        "Main process exited, code=killed, status=9/KILL",
        "died with <Signals.SIGKILL: 9>.",
        "signal: killed",
        "terminated by signal SIGKILL",
        "exited on signal 9 (Killed).",
        "job finished with exitcode 0:9",
    ],
)
def test_an_end_is_read_in_every_spelling(line):
    assert matches("<<exit:KILL>>", line)
    assert not matches("<<exit:ILL>>", line)


@pytest.mark.parametrize(
    "line", ["exit code 1370", "step 137 took 9 ms", "port 137", "exit code 1", "SIGKILL"]
)
def test_a_number_or_a_name_alone_is_no_end(line):
    assert not matches("<<exit:KILL>>", line)


@pytest.mark.parametrize("line", ["[Errno 28] x", "errno=28", "ENOSPC", "no space left on device"])
def test_an_error_is_read_by_number_name_and_words(line):
    assert matches("write .{0,9}<<errno:ENOSPC>>", f"write /x: {line}")
    assert not matches("<<errno:ENOMEM>>", line)
