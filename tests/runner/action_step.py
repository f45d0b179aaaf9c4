"""One step `uses: the action`, from its inputs to what the next step gets, and its post step."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from runner import container, file_commands, manifest
from runner.machine import Job, Machine, environment, github
from runner.masks import masked
from runner.matchers import Matcher
from runner.reading import read
from runner.step import Issue, Step, hide, refuse, report


@dataclass
class Ended:
    """A stage that is over. `summary` is what the job's page shows, masked; empty where it was dropped."""

    step: Step
    code: int
    summary: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        return self.code == 0 and not self.step.failed


@dataclass
class ActionStep:
    """A step of *job* on *machine* that uses *action*, whose image is *image*."""

    machine: Machine
    job: Job
    action: manifest.Action
    image: str
    given: Mapping[str, str]
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: dict[str, str] = field(default_factory=dict)
    matchers: Sequence[Matcher] = ()  # that earlier steps registered
    stage: Step = field(init=False)

    @property
    def name(self) -> str:
        """The main container's name."""
        return f"runner-emulated-{self.id}"

    def start(self) -> container.Running:
        """Start the main stage."""
        return self._start(self.name, self.action.entrypoint, {})

    def run(self, seconds: float = 300) -> Ended:
        """The main stage from start to end."""
        return self.ended(self.start().end(seconds))

    def post(self, seconds: float = 60) -> Ended:
        """The post stage: a fresh container, another entrypoint, the same arguments, the saved state."""
        assert self.action.post
        saved = {f"STATE_{name}": value for name, value in self.state.items()}
        return self.ended(self._start(f"{self.name}-post", self.action.post, saved).end(seconds))

    def ended(self, code: int) -> Ended:
        """Read what the stage, which ended with *code*, left in its files (FileCommandManager.cs)."""
        result = Ended(self.stage, code)
        files = self.machine.files(self.id)
        for name in ("output", "env", "state", "path"):
            try:
                self._heed(name, files[name].read_bytes().decode("utf-8", "replace"), result)
            except file_commands.Malformed as error:
                refuse(self.stage, f"Unable to process file command '{name}' successfully. {error}")
        result.summary = self._summary(files["step_summary"].read_bytes())
        self.state |= self.stage.state
        return result

    def _start(self, name: str, entrypoint: str, more: Mapping[str, str]) -> container.Running:
        self.stage = Step(self.machine.workspace, matchers=list(self.matchers))
        hide(self.stage, self.job.token)
        for path in self.machine.files(self.id).values():
            path.write_bytes(b"")
        contexts = {"github": {**github(self.machine, self.job, self.id), "token": self.job.token}}
        inputs = manifest.inputs(self.action, self.given, contexts)
        told = {**environment(self.machine, self.job, self.id), **manifest.as_environment(inputs), **more}
        contexts["inputs"] = inputs
        told |= {key: manifest.evaluated(value, contexts) for key, value in self.action.environment.items()}
        command = container.command(
            self.image,
            told,
            self.machine.volumes,
            name=name,
            entrypoint=entrypoint,
            args=[manifest.evaluated(each, contexts) for each in self.action.args],
        )
        return container.start(command, told, partial(read, self.stage))

    def _heed(self, name: str, text: str, result: Ended) -> None:
        match name:
            case "output":
                self.stage.outputs.update(file_commands.pairs(text))
            case "state":
                self.stage.state.update(file_commands.pairs(text))
            case "env":
                result.environment = file_commands.environment(text)
            case "path":
                result.paths = file_commands.paths(text)

    def _summary(self, data: bytes) -> str:
        if len(data) > file_commands.SUMMARY_BYTES:
            why = f"$GITHUB_STEP_SUMMARY upload aborted, supports content up to 1024k, got {len(data)}"
            report(self.stage, Issue("error", why, by="runner"))
            return ""
        return masked(data.decode("utf-8", "replace"), self.stage.hidden)
