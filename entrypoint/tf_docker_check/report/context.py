"""What a page shows that is not in the results: the base branch, the pull request, links."""

from __future__ import annotations

from dataclasses import dataclass

from tf_docker_check.results.compare import NONE, Comparison


@dataclass(frozen=True)
class ReportContext:
    """Everything may be left out. Addresses are ours, from the runner's environment.

    `base` is the branch that was compared with. `links` are texts and addresses of more: the full
    report, JUnit, JSON. `missing` says, one line each, what could not be done and what would allow it.
    """

    comparison: Comparison = NONE
    base: str = ""
    pull: bool = False  # a pull request is what is new
    attempt: int = 0
    run_url: str = ""
    commit_url: str = ""
    links: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    hint: str = ""  # such as how to mute the comment


EMPTY = ReportContext()
