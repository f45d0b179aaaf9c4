"""Find what pip, uv, conda and others install: from their command lines and the files that these name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from tf_docker_check.dockerfile.install_options import is_foreign, split_options
from tf_docker_check.dockerfile.install_reader import InstallReader
from tf_docker_check.dockerfile.installer import Installer, Kind
from tf_docker_check.dockerfile.placed import PlacedRequirement
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.model.unread import Unread
from tf_docker_check.requirements.requirement import Target
from tf_docker_check.resources.packages import dependents

Lookup = Callable[[str], "Source | None"]
"""Returns the file at a path of the build context; None if it cannot be found or read."""

MAX_TENSORFLOWS = 20
_BREAK = "PIP_BREAK_SYSTEM_PACKAGES"


@dataclass(frozen=True, eq=False)
class PipInstall:
    """One command that installs packages, such as ``pip install``; markers are already evaluated.

    `files`: those it reads its requirements from, as far as they were found. `whole`: all requirements
    could be resolved statically. `foreign`: it looks for wheels elsewhere than usual, as conda does.
    `python`: the minor that it installs for; empty where that is not known. `managed`: it is the system's own
    pip, which a distribution may keep from installing. `upgrades`: also what is there already. `by_conda`: it is
    conda's, whose packages are not those of PyPI. `pythons`: what projects that it installs ask of the Python.
    `sure`: no condition decides whether it runs. `unread`: why some of what it installs is not known.
    """

    span: Span
    requirements: tuple[PlacedRequirement, ...]
    files: tuple[Source, ...] = ()
    whole: bool = True
    foreign: bool = False
    python: str = ""
    managed: bool = False
    upgrades: bool = False
    by_conda: bool = False
    pythons: tuple[PlacedRequirement, ...] = ()
    sure: bool = True
    unread: tuple[Unread, ...] = ()

    @cached_property
    def tensorflows(self) -> list[PlacedRequirement]:
        """The requirements that install TensorFlow, at most `MAX_TENSORFLOWS`."""
        return [one for one in self.requirements if one.requirement.brings_tensorflow][:MAX_TENSORFLOWS]

    @cached_property
    def dependents(self) -> list[PlacedRequirement]:
        """The requirements that have pip install a TensorFlow with them."""
        return [one for one in self.requirements if one.name in dependents()]

    def find(self, name: str) -> PlacedRequirement | None:
        """Return the requirement with that normalized name; None if there is none."""
        return next((one for one in self.requirements if one.name == name), None)


def _is_systems(installer: Installer) -> bool:
    """Whether it is the system's pip, the first on PATH."""
    name = installer.program.rpartition("/")[2]
    return "/" not in installer.program and name.startswith(("pip", "python")) and installer.kind is Kind.PIP


def read_installs(
    installer: Installer, reader: InstallReader, environment: Mapping[str, str], *, sure: bool = True
) -> list[PipInstall]:
    """Return what *installer* installs, and what it has pip install.

    *environment*: the known variables; *sure*: it is known to run.
    """
    options = split_options(installer.arguments, by_conda=installer.by_conda)
    reader.read(installer.kind, options, environment)
    given = options.names
    span = Span(reader.source, installer.head[0].start, installer.head[-1].end)
    install = PipInstall(
        span=span,
        requirements=reader.requirements,
        files=tuple(reader.files),
        whole="--no-deps" not in given and reader.whole,
        foreign=installer.by_conda or reader.foreign or is_foreign((*given, *environment)),
        python=reader.target.python,
        managed=_is_systems(installer) and not options.elsewhere and _BREAK not in environment,
        upgrades="-U" in given or "--upgrade" in given,
        by_conda=installer.by_conda,
        pythons=tuple(reader.pythons) if installer.kind is Kind.PIP else (),
        sure=sure and not reader.changed,
        unread=tuple(reader.unread),
    )
    return [install, *([_by_pip(install, reader.pip)] if reader.pip else [])]


def _by_pip(install: PipInstall, reader: InstallReader) -> PipInstall:
    """What conda's *install* has pip install."""
    return replace(
        install,
        requirements=reader.requirements,
        files=tuple(reader.files),
        whole=reader.whole,
        foreign=reader.foreign,
        by_conda=False,
        unread=tuple(reader.unread),
    )


def file_install(source: Source, lookup: Lookup) -> PipInstall:
    """Return the install of a requirement file alone, without a Dockerfile."""
    reader = InstallReader.of_file(source, lookup, Target(architecture="x86_64"))
    return PipInstall(
        Span(source, 0, 0), reader.requirements, tuple(reader.files), reader.whole, reader.foreign
    )
