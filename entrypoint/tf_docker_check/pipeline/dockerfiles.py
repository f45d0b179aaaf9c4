"""Read the Dockerfiles of a configuration with the files of their build contexts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from tf_docker_check.discovery.absent import lacks_below
from tf_docker_check.discovery.files import Files
from tf_docker_check.dockerfile.pip_install import Lookup
from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.stage import Stage, target_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Strategy, UserDockerfile
from tf_docker_check.model.program import Program
from tf_docker_check.model.template import fill, user_dockerfile
from tf_docker_check.plan.requirements import requirement_specs
from tf_docker_check.predict.written import Written, of_stage
from tf_docker_check.project.programs import find_programs

Line = tuple[Strategy, ...]
"""A strategy and those it stands on."""


@dataclass
class DockerfileReader:
    """Reads the Dockerfiles of *config* in the folder *project*; other files of a build context once."""

    config: Config
    project: Path
    _files: dict[str, Files] = field(default_factory=dict)
    _requirements: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _programs_in: dict[str, tuple[Program, ...]] = field(default_factory=dict)

    def written(self, line: Line, cell: Cell) -> Written:
        """Return what the Dockerfile of the first strategy of *line* says of the image of *cell*. Raises UsageError."""
        from tf_docker_check.lint.judgements import judgements_of

        top, *below = line
        assert top.dockerfile is not None
        user = user_dockerfile(top.dockerfile, cell)
        missing: list[str] = []
        base = fill(below[-1].image, cell) if below else ""
        stages = self.stages(user, base, self._programs(user.context), missing)
        stage = target_stage(stages, user.target)
        lines = self._project_requirements(user.context) if missing else ()
        strategy = replace(top, dockerfile=user)
        as_workers = bool(self.config.checks.distributed_commands)
        return of_stage(strategy, stage, lines, judgements_of(stage, stages), as_workers=as_workers)

    def stages(
        self,
        user: UserDockerfile,
        base: str = "",
        programs: tuple[Program, ...] = (),
        missing: list[str] | None = None,
    ) -> tuple[Stage, ...]:
        """Return the stages of *user*'s Dockerfile, its target on *base* where that is given. Raises UsageError.

        Paths of requirement files that are not in the build context are appended to *missing*.
        """
        from tf_docker_check.builder.text import read_dockerfile  # imports the engine

        source = Source(self.project / user.path, user.path, read_dockerfile(self.project, user))
        return read_stages(
            source,
            dict(user.build_args),
            platform=self.config.platform,
            lookup=self._lookup(user, [] if missing is None else missing),
            lacks=lacks_below(self.project, [self.project / user.context]),
            base=base,
            target=user.target,
            programs=programs,
        )

    def _lookup(self, user: UserDockerfile, missing: list[str]) -> Lookup:
        files = self._files.setdefault(user.context, Files((self.project,)))
        find = files.lookup([self.project / user.context])

        def lookup(name: str) -> Source | None:
            source = find(name)
            if source is None:
                missing.append(name)
            return source

        return lookup

    def _programs(self, context: str) -> tuple[Program, ...]:
        """Return the programs in a build context, named as the project names them."""
        if context not in self._programs_in:
            folder = "" if context in ("", ".") else f"{context.rstrip('/')}/"
            programs = find_programs(self.project / context)
            self._programs_in[context] = tuple(replace(one, file=f"{folder}{one.file}") for one in programs)
        return self._programs_in[context]

    def _project_requirements(self, context: str) -> tuple[str, ...]:
        """Return the requirements that `pip install -r` reads in a build whose context is in the project."""
        if context in ("", "."):
            return self.config.requirements
        if context not in self._requirements:
            specs = requirement_specs(self.project / context)
            self._requirements[context] = tuple(str(spec.requirement) for spec in specs)
        return self._requirements[context] or self.config.requirements
