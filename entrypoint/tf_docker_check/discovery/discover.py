"""Find how a project builds and uses images: one answer for all commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.discovery.bake import read_bake
from tf_docker_check.discovery.build import Build, Use, guess_context, normal
from tf_docker_check.discovery.commands import read_commands
from tf_docker_check.discovery.compose import read_services
from tf_docker_check.discovery.devcontainer import read_devcontainer
from tf_docker_check.discovery.files import Files, display_path
from tf_docker_check.discovery.uses import is_about_tensorflow, read_uses
from tf_docker_check.discovery.workflow import read_workflow
from tf_docker_check.dockerfile.pip_install import Lookup
from tf_docker_check.dockerfile.source import Source
from tf_docker_check.errors import UsageError
from tf_docker_check.project.find import FileList

MOST_SCRIPTS = 300
"""Files of a kind that are read for what they mention: the nearest to the project's folder."""

MOST_BUILDS = 10
"""Ways to build a Dockerfile that are looked at."""

_TEMPLATE = re.compile(
    r"^[ \t]*(?:\{\{|\{%|<%)|^[ \t]*FROM[ \t][^\n]*(?:\{\{|\{%|<%|%%)", re.MULTILINE | re.IGNORECASE
)
_FROM = re.compile(r"^[ \t]*FROM[ \t]", re.MULTILINE | re.IGNORECASE)
_BEGINS = re.compile(r"(?:\s|\ufeff|#[^\n]*(?:\n|$))*(?:FROM|ARG)\s", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"dockerfile|containerfile", re.IGNORECASE)


@dataclass(frozen=True)
class Discovery:
    """The builds of a project's Dockerfiles, each Dockerfile at least once, and the images with TensorFlow it uses.

    `passed_over`: files that are called like Dockerfiles and are none, each with why.
    """

    builds: tuple[Build, ...]
    uses: tuple[Use, ...]
    passed_over: tuple[tuple[Path, str], ...] = ()

    def builds_of(self, dockerfile: Path) -> list[Build]:
        """Return the builds of that Dockerfile."""
        return [build for build in self.builds if build.dockerfile == dockerfile]

    @property
    def dockerfiles(self) -> tuple[Path, ...]:
        """The Dockerfiles, sorted."""
        return tuple(sorted({build.dockerfile for build in self.builds}))


def discover(listed: FileList, files: Files) -> Discovery:
    """Read the files of *listed*. What cannot be read names nothing."""
    named, uses = _read_namers(listed, files)
    builds: dict[Path, dict[object, Build]] = {}
    ranks: dict[Path, int] = {}
    for rank, build in named:
        if (
            ranks.setdefault(build.dockerfile, rank) == rank
        ):  # a README's command adds nothing to a compose file
            several = builds.setdefault(build.dockerfile, {})
            if len(several) < MOST_BUILDS:
                several.setdefault(build.key, build)
    passed_over = []
    names = {*listed.dockerfiles, *listed.loose}
    for path in sorted(names):
        if path not in builds and not _is_second_name(path, names - listed.named):
            if path not in listed.named and (
                reason := _no_dockerfile(path, files, loose=path in listed.loose)
            ):
                passed_over.append((path, reason))
            else:
                builds[path] = {None: Build(path, guess_context(files, path))}
    ordered = (build for path in sorted(builds) for build in builds[path].values())
    return Discovery(tuple(ordered), tuple(uses), tuple(passed_over))


def _is_second_name(path: Path, names: Collection[Path]) -> bool:
    """Whether it is a link to another of *names*."""
    return path in names and path.is_symlink() and normal(path.parent / path.readlink()) in names


def _read_namers(listed: FileList, files: Files) -> tuple[list[tuple[int, Build]], list[Use]]:
    """Return what the files name; builds with a rank, the kind of file that is believed first."""
    readers: list[tuple[Iterable[Path], Callable[[Source, Files], Iterator[Build | Use]]]] = [
        (listed.composes, _of_compose),
        (listed.bakes, read_bake),
        (listed.manifests, _of_manifest),
        (listed.devcontainers, read_devcontainer),
    ]
    if listed.dockerfiles or listed.loose:
        readers += [(listed.manifests, read_commands), (nearest(listed.scripts), read_commands)]
        readers += [(nearest(listed.readmes), _of_readme)]
    builds: list[tuple[int, Build]] = []
    uses: list[Use] = []
    for rank, (paths, read) in enumerate(readers):
        for source in filter(None, map(files.try_read, paths)):
            for one in read(source, files):
                if isinstance(one, Build):
                    builds.append((rank, one))
                elif is_about_tensorflow(one.image):
                    uses.append(one)
    return builds, uses


def nearest(paths: Iterable[Path]) -> list[Path]:
    """Return those that are read, the nearest to the project's folder first."""
    return sorted(paths, key=lambda path: (len(path.parts), path))[:MOST_SCRIPTS]


def _of_readme(source: Source, files: Files) -> Iterator[Build]:
    """Yield one build of each Dockerfile: further ones show what else can be done."""
    yield from {build.dockerfile: build for build in reversed([*read_commands(source, files)])}.values()


def _of_compose(source: Source, files: Files) -> Iterator[Build | Use]:
    try:
        services = list(read_services(source, files))
    except UsageError:
        return
    for service in services:
        yield from filter(None, (service.build, service.use))


def _of_manifest(source: Source, files: Files) -> Iterator[Build | Use]:
    yield from read_workflow(source, files)
    yield from read_uses(source)


def _no_dockerfile(path: Path, files: Files, *, loose: bool) -> str:
    """Return why a file that is called like a Dockerfile is none; empty if it is one, or cannot be read."""
    source = files.try_read(path)
    if source is None:
        return "it cannot be read" if loose else ""
    if _TEMPLATE.search(source.text):
        return "it is a template"
    if loose and not _BEGINS.match(source.text):
        return "it does not begin as a Dockerfile does"
    if not _FROM.search(source.text) and not _PLAIN_NAME.fullmatch(path.name):
        return "it has no FROM"
    return ""


def lookup_for(build: Build, files: Files) -> Lookup:
    """Return a lookup for files of the build's context; where that is a guess, also of folders near it."""
    if build.named_by:
        return files.lookup([build.context])
    near = files.lookup([build.context])
    around = files.near(build.dockerfile.parent)
    return lambda name: near(name) or around(name)


def say_passed_over(discovery: Discovery) -> Iterator[str]:
    """Yield a line for each file that is passed over."""
    for path, why in discovery.passed_over:
        yield f"{display_path(path)} is not looked at: {why}"
