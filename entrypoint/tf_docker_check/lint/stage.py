"""A stage of a Dockerfile with everything that is known of it: what every rule is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tf_docker_check.lint.image import Base, known
from tf_docker_check.lint.pip import UNKNOWN, PipRun
from tf_docker_check.lint.requirement import Asked
from tf_docker_check.lint.shell import Command
from tf_docker_check.lint.source import Source, Span
from tf_docker_check.requirements.requirement import Target, release_for
from tf_docker_check.resources.tensorflow import Release

_OTHER_PYTHON = re.compile(
    r"conda|mamba|pyenv|deadsnakes|altinstall|uv python|uv sync|--python[ =]|uv venv.* -p "
)
_OWN_PYTHON = re.compile(r"\bpython3\.[0-9]+\b")


@dataclass(frozen=True)
class Setting:
    """A variable that ENV sets; `span`: its value as written, `value`: with variables filled in."""

    name: str
    value: str
    span: Span


@dataclass(frozen=True, eq=False)
class Step:
    """A RUN: its shell commands, and its runs of pip."""

    span: Span
    commands: tuple[Command, ...]
    pip: tuple[PipRun, ...] = ()


@dataclass(frozen=True)
class Install:
    """A requirement that brings TensorFlow, and the release and Python as far as they are known."""

    asked: Asked
    run: PipRun
    python: str
    release: Release | None

    @property
    def with_cuda(self) -> bool:
        return self.asked.requirement.with_cuda


@dataclass(frozen=True, eq=False)
class Stage:
    """One FROM and what follows it; or, with no `image`, a requirement file by itself.

    `image` is empty where it is not known. `word`: the image as written. `parent`: the earlier stage
    it stands on; `packages`: earlier stages whose Python packages are copied here. `ships`: the
    image that is built stands on it (or is it). `on_cpu`: the user says that the host has no GPU.
    """

    source: Source
    word: Span
    image: str = ""
    name: str = ""
    platform: str = ""
    parent: Stage | None = None
    packages: tuple[Stage, ...] = ()
    steps: tuple[Step, ...] = ()
    settings: tuple[Setting, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    ships: bool = True
    on_cpu: bool = False

    @cached_property
    def line(self) -> tuple[Stage, ...]:
        """The stages it stands on, lowest first, and itself."""
        return (*self.parent.line, self) if self.parent else (self,)

    @property
    def root(self) -> Stage:
        """The stage whose FROM names an image of a registry."""
        return self.line[0]

    @property
    def stands_on_image(self) -> bool:
        """Whether its FROM names an image of a registry, and it is known which."""
        return self.parent is None and self.image not in ("", "scratch")

    @cached_property
    def base(self) -> Base:
        return known(self.root.image)

    @property
    def architecture(self) -> str:
        """As wheels name it; x86_64 where nothing is said."""
        platform = next((stage.platform for stage in reversed(self.line) if stage.platform), "")
        return "aarch64" if platform.partition("/")[2].startswith("arm64") else "x86_64"

    @cached_property
    def held(self) -> tuple[Stage, ...]:
        """Those it stands on or copies packages from, directly or not, and itself: each once, in order."""
        below = (
            *(self.parent.held if self.parent else ()),
            *(one for each in self.packages for one in each.held),
        )
        return (*dict.fromkeys(below), self)

    @property
    def all_steps(self) -> Iterator[Step]:
        """Its own and those of the stages it stands on, in order."""
        return (step for stage in self.line for step in stage.steps)

    @cached_property
    def all_runs(self) -> tuple[PipRun, ...]:
        """Every run of pip that it holds the outcome of, in order."""
        return tuple(run for stage in self.held for run in stage.runs)

    @cached_property
    def own_words(self) -> str:
        """Its own shell text, in lower case."""
        return "\n".join(" ".join(command.texts) for command in self.commands).lower()

    @cached_property
    def said(self) -> str:
        """All shell text that went into it, in lower case: for what must not be said anywhere in it."""
        return "\n".join(stage.own_words for stage in self.held)

    @property
    def commands(self) -> Iterator[Command]:
        """Its own commands."""
        return (command for step in self.steps for command in step.commands)

    @cached_property
    def runs(self) -> tuple[PipRun, ...]:
        """Its own runs of pip."""
        return tuple(run for step in self.steps for run in step.pip)

    @cached_property
    def python(self) -> str:
        """The minor of the Python that its pip installs for; empty where that is not known."""
        if _OTHER_PYTHON.search(self.said):
            return ""
        if self.base.family in ("cuda", "distribution"):
            own = "python3" in self.said and not _OWN_PYTHON.search(self.said)
            return self.base.python if own else ""
        return self.base.python

    def python_of(self, run: PipRun) -> str:
        """As `python`, for a *run* that may say otherwise."""
        return self.python if not run.python else "" if run.python == UNKNOWN else run.python

    @cached_property
    def installs(self) -> tuple[Install, ...]:
        """The TensorFlows that its own runs of pip ask for."""
        return tuple(self._install(each, run) for run in self.runs for each in run.tensorflows)

    @cached_property
    def all_installs(self) -> tuple[Install, ...]:
        """Those of `all_runs`."""
        return tuple(install for stage in self.held for install in stage.installs)

    def _install(self, wanted: Asked, run: PipRun) -> Install:
        python = self.python_of(run)
        return Install(
            wanted, run, python, release_for(wanted.requirement, Target(python, self.architecture))
        )

    @property
    def holds_tensorflow(self) -> bool:
        return self.base.has_tensorflow or bool(self.all_installs)

    @property
    def without_gpu(self) -> bool:
        """Whether it is plain that no GPU will be used."""
        return self.on_cpu or any(
            self.environment.get(name) in hidden
            for name, hidden in (
                ("CUDA_VISIBLE_DEVICES", ("", "-1", "none")),
                ("NVIDIA_VISIBLE_DEVICES", ("void", "none")),
            )
        )


def follows_releases(install: Install) -> bool:
    """Whether the catalog of releases is about it, and wheels come from where they usually do."""
    return install.asked.requirement.brings_release and not install.run.foreign
