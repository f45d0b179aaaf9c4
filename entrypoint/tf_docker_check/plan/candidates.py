"""Read the Dockerfiles of a project, and tell which of them put TensorFlow into an image."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from packaging.utils import canonicalize_name

from tf_docker_check.discovery.build import Build, Use
from tf_docker_check.discovery.discover import discover, lookup_for, nearest
from tf_docker_check.discovery.files import Files, project_files
from tf_docker_check.dockerfile.stage import Stage, target_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.errors import UsageError
from tf_docker_check.image.base_image import known
from tf_docker_check.model.config import UserDockerfile
from tf_docker_check.model.text import one_line
from tf_docker_check.plan.reading import Note
from tf_docker_check.plan.requirements import Spec, requirement_specs, tensorflow_specs
from tf_docker_check.project.find import FileList, find_files
from tf_docker_check.rules.stage import holds_tensorflow

_SIDE = re.compile(
    r"tests?|testing|examples?|samples?|demos?|docs?|third_party|fixtures|benchmarks?|archived?|old"
)
_MENTION = re.compile(
    r"""^[ \t]*(?:(?:import|from)[ \t]+(?:tensorflow|keras)\b"""
    r"""|[-"' \t]{0,40}tensorflow(?:[-_](?:cpu|gpu|intel))?[ \t]*(?:["'\[=<>~!;,]|$))""",
    re.MULTILINE,
)
_NAME = re.compile(
    r"""^[ \t]{0,40}name[ \t]*=[ \t]*["']?([A-Za-z0-9][\w.-]{0,100})""", re.MULTILINE | re.ASCII
)


@dataclass(frozen=True)
class Candidate:
    """A Dockerfile as it is built, and the stage of it that is; `problem`: why it cannot be read.

    `own`: the name under which the project itself is published.
    """

    user: UserDockerfile
    build: Build
    stage: Stage | None = None
    problem: str = ""
    own: str = ""

    @property
    def has_tensorflow(self) -> bool:
        """Whether its image is known to hold TensorFlow."""
        return self.stage is not None and holds_tensorflow(self.stage)

    @property
    def base(self) -> Stage:
        """The stage whose FROM names its base image."""
        assert self.stage is not None  # only what could be read is asked
        return self.stage.root

    @cached_property
    def specs(self) -> list[Spec]:
        """The TensorFlow requirements that it installs, each with its place."""
        installs = self.stage.all_pip_installs if self.stage else ()
        return tensorflow_specs(
            [
                Spec(one.span.source.name, one.span.begins[0], one.requirement)
                for install in installs
                for one in install.tensorflows
            ]
        )

    @property
    def doubt(self) -> str:
        """What of its image is not known; empty if all is."""
        if self.stage is None:
            return ""
        unread, base = self.stage.all_unread, self.base
        if unread:
            return str(unread[0])
        for install in self.stage.all_pip_installs:
            if self.own and (one := install.find(self.own)):
                line, _ = one.span.begins
                return f"{one.span.source.name}:{line}: what {self.own} of the package index asks for is not read"
        return (
            ""
            if _is_known(base)
            else f"{base.source.name}:{base.line}: what {base.word.text} contains is not known"
        )

    @property
    def rank(self) -> tuple[object, ...]:
        """What the owner means comes first: named by a file, near the top, no test and no example."""
        parts = Path(self.user.path).parts
        side = any(_SIDE.fullmatch(part.lower()) for part in parts[:-1])
        return side, len(parts) > 1, self.build.named_by is None, len(parts), self.user.path


@dataclass(frozen=True)
class Candidates:
    """The Dockerfiles of a project, the best first, and the images with TensorFlow that its files name.

    `servers`: uses of TensorFlow's C++ server. `mention`: the file by which the project uses TensorFlow, where
    no Dockerfile is known to have it.
    """

    dockerfiles: tuple[Candidate, ...]
    uses: tuple[Use, ...] = ()
    servers: tuple[Use, ...] = ()
    requirements: tuple[Spec, ...] = ()
    mention: str = ""

    @property
    def certain(self) -> list[Candidate]:
        """Those whose images hold TensorFlow."""
        return [one for one in self.dockerfiles if one.has_tensorflow]

    @property
    def possible(self) -> list[Candidate]:
        """Those whose images may hold it: the project uses it, and not all that they install is understood."""
        return [one for one in self.dockerfiles if self.mention and one.doubt]


def read_candidates(project: Path, platform: str, note: Note) -> Candidates:
    """Read every Dockerfile of the project, and its requirement files."""
    project = Path(os.path.normpath(project))
    files, listed = project_files(project), find_files([project], note)
    discovery = discover(listed, files)
    own = _own_name(project, files)
    read = [replace(_read(build, project, files, platform), own=own) for build in discovery.builds]
    uses = {use.image: use for use in reversed(discovery.uses)}.values()
    candidates = Candidates(
        tuple(sorted(read, key=lambda one: one.rank)),
        tuple(use for use in reversed(uses) if known(use.image).has_tensorflow),
        tuple(use for use in reversed(uses) if known(use.image).is_server),
        tuple(requirement_specs(project, note)),
    )
    return candidates if candidates.certain else replace(candidates, mention=_mention(listed, files))


def _is_known(base: Stage) -> bool:
    """Whether what the base image contains is known: none of Docker's own images has TensorFlow."""
    image = known(base.known_image)
    own = image.reference is not None and image.reference.repository.startswith("library/")
    return base.known_image == "scratch" or image.row is not None or own


def _mention(listed: FileList, files: Files) -> str:
    """Return the file that asks for TensorFlow, or imports it; empty if there is none."""
    for path in (*listed.requirements, *nearest(listed.programs), *nearest(listed.manifests)):
        source = files.try_read(path)
        if source and _MENTION.search(source.text):
            return source.name
    return ""


def _own_name(project: Path, files: Files) -> str:
    """Return the normalized name of the package that the project is; empty where it is none."""
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        source = files.try_read(project / name)
        if source and (match := _NAME.search(source.text)):
            return str(canonicalize_name(match[1]))
    return ""


def _read(build: Build, project: Path, files: Files, platform: str) -> Candidate:
    path, context = (one.relative_to(project).as_posix() for one in (build.dockerfile, build.context))
    user = UserDockerfile(path, context, build.target, build.arguments)
    try:
        source = files.read(build.dockerfile)
        stages = read_stages(
            source, dict(build.arguments), platform=platform, lookup=lookup_for(build, files)
        )
        target = build.target or _tensorflow_target(stages)
        stage = target_stage(stages, target)
    except UsageError as error:
        return Candidate(user, build, problem=one_line(error.what, 200))
    return Candidate(replace(user, target=target), build, stage)


def _tensorflow_target(stages: Sequence[Stage]) -> str:
    """Return the stage to build where the last has no TensorFlow and another has; empty for the last."""
    if holds_tensorflow(stages[-1]):
        return ""
    holding = [stage for stage in stages if holds_tensorflow(stage)]
    return holding[-1].name or str(holding[-1].index) if holding else ""
