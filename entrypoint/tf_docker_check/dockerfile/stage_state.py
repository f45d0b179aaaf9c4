"""What is known of a stage of a Dockerfile while it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tf_docker_check.dockerfile.arguments import expand_known
from tf_docker_check.dockerfile.expand import expand_partly
from tf_docker_check.dockerfile.image_files import Context, ImageFiles
from tf_docker_check.dockerfile.installer import ARCHITECTURE
from tf_docker_check.dockerfile.instructions import Instruction
from tf_docker_check.dockerfile.interpreters import Interpreters
from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.stage import Copy, Setting, Stage, Step
from tf_docker_check.model.number import whole
from tf_docker_check.model.unread import Unread

MAX_INSTALLS = 100
"""Runs of pip in each stage: none has more, and what there is multiplies."""

_AT_THE_TOP = frozenset({"python", "cuda", "distribution"})  # families of images whose WORKDIR is /


@dataclass(frozen=True)
class Scope:
    """What an instruction can see besides its stage.

    `arguments`: the global ones; `given`: build arguments; `platform`: that it is
    built for; `script_room`: how many characters of scripts may yet be read.
    """

    source: Source
    escape: str
    arguments: Mapping[str, str]
    given: Mapping[str, str]
    context: Context
    platform: str
    script_room: list[int] = field(default_factory=lambda: [500_000])


@dataclass
class StageState:
    """What is known of a stage, which `stage` is the beginning of, as its instructions are read one by one.

    `earlier`: the stages before it; `installed_to`: folders that packages were installed into.
    """

    stage: Stage
    scope: Scope
    earlier: Sequence[StageState]
    arguments: dict[str, str] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    packages: list[Stage] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    installed_to: set[str] = field(default_factory=set)
    installs_left: int = MAX_INSTALLS

    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    folder_known: bool = False
    files: ImageFiles = field(init=False)
    interpreters: Interpreters = field(init=False)

    def __post_init__(self) -> None:
        above = self.stage.parent
        parent = self.earlier[above.index] if above else None
        base = self.stage.base
        self.files = ImageFiles(self.scope.context, parent.files if parent else None)
        self.folder_known = base.family in _AT_THE_TOP
        self.interpreters = Interpreters.of_base(base)
        if parent:
            self.environment, self.arguments = dict(parent.environment), dict(parent.arguments)
            self.folder, self.folder_known = parent.folder, parent.folder_known
            self.interpreters = parent.interpreters

    @property
    def values(self) -> Mapping[str, str]:
        """The variables of known value; ENV wins over ARG."""
        return {ARCHITECTURE: self.stage.architecture, **self.arguments, **self.environment}

    def finish(self) -> Stage:
        """The stage as read."""
        self.stage = replace(
            self.stage,
            environment=self.environment,
            settings=tuple(self.settings),
            steps=tuple(self.steps),
            packages=tuple(self.packages),
            copies=tuple(self.copies),
            unread=tuple(dict.fromkeys(self.unread)),
        )
        return self.stage

    def expand(self, word: str) -> str | None:
        """A word of an instruction, filled in; None where a value is not known."""
        return expand_known(word, self.values, self.scope.escape)

    def fill(self, word: str) -> str:
        """A word of an instruction, filled in; variables of no known value stay."""
        return expand_partly(word, self.values, self.scope.escape)

    def stage_of(self, origin: str) -> StageState | None:
        """The stage that ``--from`` names; None for an image."""
        name, number = origin.lower(), whole(origin)
        named = (one for one in reversed(self.earlier) if one.stage.name.lower() == name and name)
        by_number = self.earlier[number] if number is not None and number < len(self.earlier) else None
        return next(named, by_number)

    def note_unread(self, instruction: Instruction, reason: str) -> None:
        """Note what is not known of *instruction*."""
        self.unread.append(Unread(self.scope.source.name, instruction.start_line, reason))
