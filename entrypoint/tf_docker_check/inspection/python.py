"""Find interpreters and pip packages, and whether their requirements are met."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from tf_docker_check.inspection.filesystem import Filesystem
from tf_docker_check.model.inspection import Conflict, Interpreter, Package
from tf_docker_check.model.number import parse_version
from tf_docker_check.model.text import one_line
from tf_docker_check.requirements.requirement import Target, parse_requirement

MAX_REQUIREMENTS = 1000
_BINARY = re.compile(r"(?:.*/)?bin/python([23]\.[0-9]+)")
_METADATA = re.compile(r"(.*/(?:site|dist)-packages)/[^/]+\.(?:dist-info/METADATA|egg-info(?:/PKG-INFO)?)")
_MINOR = re.compile(r"/python([23]\.[0-9]+)/")


@dataclass(frozen=True)
class Installed:
    """A pip package. `files` are paths without leading slash."""

    package: Package
    requires: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the normalized name."""
        return canonicalize_name(self.package.name)


def find_interpreters(files: Filesystem, search_path: str) -> tuple[Interpreter, ...]:
    """Return every Python; the one that `python3` or `python` starts comes first."""
    versions = {}
    for path, file in files.files.items():
        named = _BINARY.fullmatch(path)
        if named and file.kind == "file":
            versions["/" + path] = _version(files, "/" + path, named[1])
    first = find_default(files, search_path)
    return tuple(
        Interpreter(path, versions[path]) for path in sorted(versions, key=lambda path: (path != first, path))
    )


def find_default(files: Filesystem, search_path: str) -> str:
    """Return the path of the first `python3` or `python` in *search_path*; empty if there is none."""
    for folder in search_path.split(":")[:100]:
        for name in ("python3", "python"):
            real = files.resolve(posixpath.join(folder, name)) if folder.startswith("/") else None
            if real:
                return real
    return ""


def _version(files: Filesystem, path: str, minor: str) -> str:
    """Return the version in the binary or its libpython, such as ``3.11.0rc1``."""
    library = f"libpython{minor}.so.1.0"
    prefix = posixpath.dirname(posixpath.dirname(path))
    nearby = sorted(
        files.paths_named(library), key=lambda library_path: not library_path.startswith(prefix + "/")
    )
    for candidate in (path, *nearby):
        for version in (files.content(candidate) or b"").decode().split("\n"):
            if version.startswith(f"{minor}."):
                return version
    return ""


def find_packages(files: Filesystem) -> tuple[Installed, ...]:
    """Return every pip package, sorted by name and path."""
    packages = []
    for path, file in files.files.items():
        match = _METADATA.fullmatch(path)
        if match and file.content is not None and (one := _read_package(files, path, match[1], file.content)):
            packages.append(one)
    return tuple(sorted(packages, key=lambda one: (one.name, one.package.path)))


def _metadata(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Return name, version and requirements from the header, which ends at the first empty line."""
    header = re.split(r"\r?\n\r?\n", data[: 1024 * 1024].decode("utf-8", "replace"), maxsplit=1)[0]
    name = version = ""
    requires: list[str] = []
    for line in header.splitlines():
        key, _, value = line.partition(": ")
        if key == "Name":
            name = one_line(value, 100)
        elif key == "Version":
            version = one_line(value, 100)
        elif key == "Requires-Dist" and len(value) < 2000 and len(requires) < MAX_REQUIREMENTS:
            requires.append(value)
    return name, version, tuple(requires)


def _read_package(files: Filesystem, path: str, site: str, data: bytes) -> Installed | None:
    name, version, requires = _metadata(data)
    if not name or not version:
        return None
    listed = tuple(_read_record(files, posixpath.dirname(path), site))
    present = [files.files[listed_path] for listed_path in listed if listed_path in files.files]
    missing = sum(
        1
        for listed_path in listed
        if listed_path not in files.files
        and not listed_path.endswith(".pyc")
        and not files.resolve("/" + listed_path)
    )
    package = Package(name, version, f"/{site}", sum(file.size for file in present), missing)
    return Installed(package, requires, listed)


def _read_record(files: Filesystem, folder: str, site: str) -> Iterator[str]:
    """Yield the paths that RECORD lists."""
    for line in (files.content(f"/{folder}/RECORD") or b"").decode("utf-8", "surrogateescape").split("\n"):
        name = line.rsplit(",", 2)[0].strip('"')
        if name:
            plain = ".." not in name and not name.startswith("/")
            yield (
                f"{site}/{name}" if plain else posixpath.normpath(posixpath.join("/", site, name)).lstrip("/")
            )


def guess_minor(path: str, pythons: tuple[Interpreter, ...]) -> str:
    """Return the Python (``3.12``) that packages under *path* are for; empty if unknown."""
    match = _MINOR.search(path + "/")
    if match:
        return match[1]
    system = [one for one in pythons if one.path.startswith("/usr/bin/")] or list(pythons)
    return ".".join(system[0].version.split(".")[:2]) if system else ""


def select_environment(
    packages: tuple[Installed, ...], site: str, pythons: tuple[Interpreter, ...]
) -> tuple[Installed, ...]:
    """Return the packages that a program in the environment of *site* can import, each name once."""
    seen: dict[str, Installed] = {}
    for one in sorted(packages, key=lambda one: one.package.path != site):
        if one.package.path == site or _is_shared(one.package.path, site, guess_minor(site, pythons)):
            seen.setdefault(one.name, one)
    return tuple(seen.values())


def _is_shared(path: str, site: str, python: str) -> bool:
    """Return whether the paths are the two folders of Debian's Python, which are one environment."""
    both = {f"/usr/local/lib/python{python}/dist-packages", "/usr/lib/python3/dist-packages"}
    return site in both and path in both


def find_conflicts(packages: tuple[Installed, ...], python: str, machine: str) -> tuple[Conflict, ...]:
    """Return what `pip check` would report for *packages*, which are one environment."""
    present = {one.name: one.package.version for one in packages}
    target = Target(python, machine)
    conflicts_found = []
    for one in packages:
        for text in one.requires:
            version = _unmet(text, present, target)
            if version is not None:
                conflicts_found.append(
                    Conflict(one.package.name, one_line(text.partition(";")[0], 200), version)
                )
    return tuple(conflicts_found)


def _unmet(text: str, present: Mapping[str, str], target: Target) -> str | None:
    """Return the installed version (empty: none) if it does not satisfy *text*; None if it does."""
    requirement = parse_requirement(text)
    if requirement is None or requirement.mistake or requirement.specifier is None:
        return None  # old packages carry requirements that no tool can read any more
    if not requirement.applies_to(target):
        return None
    version = present.get(requirement.name)
    if version is None:
        return ""
    try:
        return None if requirement.specifier.contains(parse_version(version), prereleases=True) else version
    except InvalidVersion:
        return None
