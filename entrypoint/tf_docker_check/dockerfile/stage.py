"""Stages of a Dockerfile and queries on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import normpath

from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.pip_install import PipInstall
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.errors import UsageError
from tf_docker_check.image.base_image import BaseImage, known
from tf_docker_check.model.number import whole
from tf_docker_check.model.program import Program
from tf_docker_check.model.text import one_line
from tf_docker_check.model.unread import Unread


@dataclass(frozen=True)
class Setting:
    """A variable that ENV sets; `span`: its value as written, `value`: with variables filled in."""

    name: str
    value: str
    span: Span


@dataclass(frozen=True, eq=False)
class Step:
    """A RUN: its shell commands, known variables filled in, and those of them by which pip installs."""

    span: Span
    commands: tuple[Command, ...]
    installs: tuple[PipInstall, ...] = ()


@dataclass(frozen=True)
class Copy:
    """A COPY or an ADD.

    `sources` are filled in; `origin`: the stage or image of ``--from``, else empty; `image`: the base image of that
    stage, or that image; `absent`: the sources of which the build context has nothing.
    """

    span: Span
    sources: tuple[Word, ...]
    target: str
    origin: str = ""
    image: str = ""
    absent: tuple[Word, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the root of another image is copied."""
        return bool(self.origin) and any(
            normpath(word.text).strip("/") in ("", ".", "*") for word in self.sources
        )


@dataclass(frozen=True, eq=False)
class Stage:
    """One FROM and what follows it; or, with no `image`, a requirement file by itself.

    `image`: the reference with its arguments filled in: an earlier stage's name, ``scratch``, or an image.
    `unset`: the variables in it that have no value, and so count as empty. `argument`: the global ARG that
    FROM consists of wholly, so that a build argument can put the stage on another image; else empty.
    `word`: the image as written; `line`: of FROM. `parent`: the earlier stage it stands on; `packages`:
    earlier stages whose Python packages are copied here. `ships`: the image that is built stands on it,
    or is it. `on_cpu`: the user says that the host has no GPU. `programs`: those in its build context that train
    on several workers. `unread`: what its own instructions may install and was not understood.
    """

    source: Source
    word: Span
    index: int = 0
    line: int = 1
    name: str = ""
    image: str = ""
    unset: frozenset[str] = frozenset()
    argument: str = ""
    platform: str = ""
    parent: Stage | None = None
    packages: tuple[Stage, ...] = ()
    steps: tuple[Step, ...] = ()
    copies: tuple[Copy, ...] = ()
    settings: tuple[Setting, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    ships: bool = True
    on_cpu: bool = False
    programs: tuple[Program, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def known_image(self) -> str:
        """`image`; empty where that is not known."""
        return "" if self.unset else self.image

    @cached_property
    def lineage(self) -> tuple[Stage, ...]:
        """The stages it stands on, lowest first, and itself."""
        return (*self.parent.lineage, self) if self.parent else (self,)

    @property
    def root(self) -> Stage:
        """The stage whose FROM names an image of a registry."""
        return self.lineage[0]

    @property
    def is_pieces(self) -> bool:
        """Whether it starts from nothing and takes only parts of other images."""
        return self.root.image == "scratch" and not any(
            copy.is_whole for stage in self.lineage for copy in stage.copies
        )

    @property
    def base(self) -> BaseImage:
        """What is known of the image of a registry that it stands on."""
        return known(self.root.known_image)

    @property
    def stands_on_image(self) -> bool:
        """Whether its FROM names a known image of a registry."""
        return self.parent is None and self.known_image not in ("", "scratch")

    @cached_property
    def architecture(self) -> str:
        """The architecture as wheels name it; x86_64 by default."""
        platform = next((stage.platform for stage in reversed(self.lineage) if stage.platform), "")
        return "aarch64" if platform.partition("/")[2].startswith("arm64") else "x86_64"

    @cached_property
    def contents(self) -> tuple[Stage, ...]:
        """The stages it stands on or copies packages from, directly or not, and itself: each once, in order."""
        below = (
            *(self.parent.contents if self.parent else ()),
            *(stage for other in self.packages for stage in other.contents),
        )
        return (*dict.fromkeys(below), self)

    @property
    def all_steps(self) -> Iterator[Step]:
        """Its own and those of the stages it stands on, in order."""
        return (step for stage in self.lineage for step in stage.steps)

    @property
    def commands(self) -> Iterator[Command]:
        """Its own commands."""
        return (command for step in self.steps for command in step.commands)

    @cached_property
    def pip_installs(self) -> tuple[PipInstall, ...]:
        """The pip installs of its own RUN lines."""
        return tuple(install for step in self.steps for install in step.installs)

    @cached_property
    def all_pip_installs(self) -> tuple[PipInstall, ...]:
        """All pip installs whose result it contains, in order."""
        return tuple(install for stage in self.contents for install in stage.pip_installs)

    @cached_property
    def all_unread(self) -> tuple[Unread, ...]:
        """What may be installed in it, or in what it contains, and was not understood; each once, in order."""
        return tuple(dict.fromkeys(one for stage in self.contents for one in stage.unread))

    @cached_property
    def shell_text(self) -> str:
        """Its own commands, in lower case."""
        return "\n".join(" ".join(command.texts) for command in self.commands).lower()

    @cached_property
    def all_shell_text(self) -> str:
        """All commands that went into it, in lower case: for what must not be anywhere in it."""
        return "\n".join(stage.shell_text for stage in self.contents)


def stage_named(stages: Sequence[Stage], name: str) -> Stage | None:
    """Return the last stage of that name, ignoring case; None if there is none."""
    wanted = name.lower()
    return next((stage for stage in reversed(stages) if stage.name and stage.name.lower() == wanted), None)


def stage_at(stages: Sequence[Stage], name: str) -> Stage | None:
    """Return the stage by name or number; None if there is none."""
    if stage := stage_named(stages, name):
        return stage
    number = whole(name)
    return stages[number] if number is not None and number < len(stages) else None


def needed_stages(stage: Stage, stages: Sequence[Stage]) -> list[Stage]:
    """Return the stages of *stages* that are built for *stage*: what it stands on and copies from, and itself."""
    needed: set[Stage] = set()
    waiting = [stage]
    while waiting:
        for part in waiting.pop().contents:
            if part not in needed:
                needed.add(part)
                origins = (stage_at(stages[: part.index], copy.origin) for copy in part.copies if copy.origin)
                waiting.extend(filter(None, origins))
    return [one for one in stages if one in needed]


def target_stage(stages: Sequence[Stage], target: str = "") -> Stage:
    """Return the stage that a build makes: *target*, or the last. Raises UsageError if it does not exist."""
    if not target:
        return stages[-1]
    if stage := stage_at(stages, target):
        return stage
    names = ", ".join(other.name for other in stages if other.name)
    raise UsageError(
        f"the Dockerfile has no stage {one_line(target)!r}",
        why=f"its stages are {one_line(names)}" if names else "none of its stages has a name",
        remedy="correct `target`",
    )


def base_stage(stages: Sequence[Stage], target: str = "") -> Stage:
    """Return the stage whose FROM names the base image of *target*. Raises UsageError."""
    return target_stage(stages, target).root
