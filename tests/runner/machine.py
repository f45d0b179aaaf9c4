"""A runner's folders, and what a container sees of them and of the job: ContainerActionHandler.cs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILES = {  # FileCommandManager.cs: the context's name, and how the file's name begins
    "output": "set_output_",
    "step_summary": "step_summary_",
    "env": "set_env_",
    "state": "save_state_",
    "path": "add_path_",
}
SOCKET = "/var/run/docker.sock"


@dataclass(frozen=True)
class Machine:
    """A self-hosted runner for the repository `repository`; its user has the id `user`."""

    root: Path
    repository: str = "somebody/models"
    user: int = 1234
    socket: str = SOCKET

    @property
    def temp(self) -> Path:
        return self.root / "_temp"

    @property
    def parent(self) -> Path:
        """RUNNER_WORKSPACE."""
        return self.root / self.repository.split("/")[1]

    @property
    def workspace(self) -> Path:
        return self.parent / self.repository.split("/")[1]

    @property
    def mounts(self) -> dict[Path, str]:
        """Folders of the machine, and where the container has them."""
        return {
            self.temp / "_github_home": "/github/home",
            self.temp / "_github_workflow": "/github/workflow",
            self.temp / "_runner_file_commands": "/github/file_commands",
            self.workspace: "/github/workspace",
            self.temp: "/github/runner_temp",
        }

    @property
    def volumes(self) -> dict[str, str]:
        """`mounts` and the engine's socket."""
        return {self.socket: SOCKET} | {str(there): here for there, here in self.mounts.items()}

    def make(self, event: Mapping[str, Any]) -> None:
        """Make the folders and the event's payload, all the user's own."""
        for folder in self.mounts:
            folder.mkdir(parents=True, exist_ok=True)
        (self.temp / "_github_workflow/event.json").write_text(json.dumps(event))
        self.own(self.root)

    def own(self, path: Path) -> None:
        """Give *path* and all below to the user, where we may."""
        if os.geteuid() == 0:
            for each in (path, *path.rglob("*")):
                os.chown(each, self.user, self.user)

    def inside(self, value: str) -> str:
        """*value* as the container has it, where it begins with the path of a mounted folder."""
        for outside, inside in self.mounts.items():
            if value == str(outside) or value.startswith(f"{outside}/"):
                return inside + value.removeprefix(str(outside))
        return value

    def files(self, step: str) -> dict[str, Path]:
        """The files that one step tells the runner things in, by their names in the github context."""
        folder = self.temp / "_runner_file_commands"
        return {name: folder / f"{begins}{step}" for name, begins in FILES.items()}


@dataclass(frozen=True)
class Job:
    """What a job knows of itself. `services` are variables such as ACTIONS_RUNTIME_TOKEN."""

    run_id: int = 1001
    attempt: int = 1
    event_name: str = "push"
    event: Mapping[str, Any] = field(default_factory=dict)
    token: str = "ghs_16CharactersAndMore0123456789abcdef"
    api_url: str = "https://api.github.com"
    services: Mapping[str, str] = field(default_factory=dict)
    ref: str = "refs/heads/main"
    sha: str = "f00ba4f00ba4f00ba4f00ba4f00ba4f00ba4f00b"
    debug: bool = False


def github(machine: Machine, job: Job, step: str) -> dict[str, str]:
    """The github context, as far as it becomes variables (GitHubContext.cs); paths are the machine's."""
    owner = machine.repository.split("/")[0]
    return {
        "action": step,
        "actor": owner,
        "actor_id": "7",
        "api_url": job.api_url,
        "base_ref": job.event.get("pull_request", {}).get("base", {}).get("ref", ""),
        "event_name": job.event_name,
        "event_path": str(machine.temp / "_github_workflow/event.json"),
        "graphql_url": f"{job.api_url}/graphql",
        "head_ref": job.event.get("pull_request", {}).get("head", {}).get("ref", ""),
        "job": "check",
        "ref": job.ref,
        "ref_name": job.ref.split("/", 2)[-1],
        "ref_protected": "false",
        "ref_type": "branch",
        "repository": machine.repository,
        "repository_id": "11",
        "repository_owner": owner,
        "repository_owner_id": "7",
        "retention_days": "90",
        "run_attempt": str(job.attempt),
        "run_id": str(job.run_id),
        "run_number": "17",
        "server_url": "https://github.com",
        "sha": job.sha,
        "triggering_actor": owner,
        "workflow": "check",
        "workflow_ref": f"{machine.repository}/.github/workflows/check.yml@{job.ref}",
        "workflow_sha": job.sha,
        "workspace": str(machine.workspace),
        **{name: str(path) for name, path in machine.files(step).items()},
    }


def environment(machine: Machine, job: Job, step: str) -> dict[str, str]:
    """The variables of a container action, paths as the container has them.

    ACTIONS_CACHE_SERVICE_V2 is not among them: only JavaScript actions are told.
    """
    told = {f"GITHUB_{name.upper()}": value for name, value in github(machine, job, step).items()}
    told |= {
        "HOME": "/github/home",
        "GITHUB_ACTIONS": "true",
        "CI": "true",
        "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64",
        "RUNNER_NAME": "builder",
        "RUNNER_ENVIRONMENT": "self-hosted",
        "RUNNER_TOOL_CACHE": str(machine.root / "_tool"),
        "RUNNER_TEMP": str(machine.temp),
        "RUNNER_WORKSPACE": str(machine.parent),
        **({"RUNNER_DEBUG": "1"} if job.debug else {}),
        **job.services,
    }
    return {name: machine.inside(value) for name, value in told.items()}
