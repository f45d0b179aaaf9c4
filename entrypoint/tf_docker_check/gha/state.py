"""What the action's step leaves for its post step: whose things to look for should it be killed.

The runner reads the file GITHUB_STATE names after a step, however that ended, and hands each entry to
the same action's post step as ``STATE_name`` (GitHub docs, "Workflow commands"). No other step, job
or run sees it, so a post step removes what its own step made and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.gha.files import append, assignment

_RUN, _HOSTS = "run", "hosts"


@dataclass(frozen=True)
class Begun:
    """A run that has begun: its label's value, and the engines it uses, empty for this machine's own."""

    run_id: str
    hosts: tuple[str, ...]


def save(environment: Mapping[str, str], run_id: str, hosts: Iterable[str]) -> None:
    """Say that *run_id* begins on the engines at *hosts*; without a runner do nothing."""
    path = environment.get("GITHUB_STATE")
    if path:
        append(Path(path), assignment(_RUN, run_id) + assignment(_HOSTS, "\n".join(hosts)))


def load_state(environment: Mapping[str, str]) -> Begun | None:
    """What the step of this post step saved; None where it began nothing, or the runner kept nothing."""
    run_id = environment.get(f"STATE_{_RUN}", "")
    return Begun(run_id, tuple(environment.get(f"STATE_{_HOSTS}", "").split("\n"))) if run_id else None
