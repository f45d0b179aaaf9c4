from __future__ import annotations

import pytest

from tf_docker_check.model.observation import Death, Exit
from tf_docker_check.probe.death import child_death, container_death, describe_death, signal_name


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (Exit(1), "ended with exit code 1"),
        (Exit(132, "SIGILL"), "killed by SIGILL"),
        (Exit(139), "killed by SIGSEGV"),
        (Exit(137, "SIGKILL", oom_killed=True), "killed by the kernel, out of memory"),
        (Exit(137, "SIGKILL", oom_killed=True, timed_out=True), "timed out after 8 s"),
        (Exit(255), "ended with exit code 255"),
        (Exit(), "ended without an exit code"),
    ],
)
def test_an_exit_in_words(end: Exit, words: str) -> None:
    assert describe_death(container_death(end), 8.2) == words


@pytest.mark.parametrize("fields", [{}, {"code": "x", "signal": [], "oom": "yes", "late": 1}])
def test_what_the_container_says_of_a_death_is_taken_with_care(fields: dict[str, object]) -> None:
    assert child_death(fields) == Death()


def test_names_of_signals() -> None:
    assert [signal_name(number) for number in (4, 0, -3, 200)] == ["SIGILL", "", "", ""]
