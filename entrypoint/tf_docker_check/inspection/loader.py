"""Find libraries as the dynamic loader does, and what no file in the image provides."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch

from tf_docker_check.inspection.elf import Elf
from tf_docker_check.inspection.filesystem import Filesystem
from tf_docker_check.inspection.system import newest_provided
from tf_docker_check.inspection.versions import parse_numbers
from tf_docker_check.model.inspection import Libc, MissingLibrary, SymbolNeed
from tf_docker_check.model.text import one_line

_MULTIARCH = ("x86_64-linux-gnu", "aarch64-linux-gnu")
_DEFAULT = (
    *(f"{top}/{arch}" for arch in _MULTIARCH for top in ("/lib", "/usr/lib")),
    "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib",
)  # fmt: skip
_HOST = re.compile(r"lib(?:cuda|cudadebugger|nvidia-[\w-]+|nvcuvid|nvoptix)\.so(?:\.[0-9]+)*")
_SYMBOL = re.compile(r"(GLIBC|GLIBCXX|CXXABI)_([0-9]+(?:\.[0-9]+)+)")
MAX_CONF_FILES, MAX_FOLDERS = 200, 500


class Loader:
    """The search path of ld.so in one image with its environment."""

    def __init__(self, files: Filesystem, library_path: str) -> None:
        self._files = files
        self.environment = tuple(part for part in library_path.split(":") if part.startswith("/"))[
            :MAX_FOLDERS
        ]
        self.configured = tuple(dict.fromkeys(_read_configuration(files, "/etc/ld.so.conf", [])))[
            :MAX_FOLDERS
        ]

    def find(self, name: str, path: str, elf: Elf) -> str | None:
        """Return the real path of the library *name* for the object at *path*; None if the loader would fail."""
        if "/" in name:
            return self._files.resolve(name)
        own = tuple(_expand_origin(folder, path) for folder in (elf.runpath or elf.rpath))
        for folder in (*own, *self.environment, *self.configured, *_DEFAULT):
            real = self._files.resolve(f"{folder}/{name}")
            if real:
                return real
        return None


def _read_configuration(files: Filesystem, path: str, seen: list[str]) -> Iterator[str]:
    """Yield the folders that ld.so.conf and the files it includes name."""
    if path in seen or len(seen) >= MAX_CONF_FILES:
        return
    seen.append(path)
    for line in (files.content(path) or b"").decode("utf-8", "replace").split("\n"):
        text = line.partition("#")[0].strip()
        if text.startswith("include"):
            pattern = posixpath.join(posixpath.dirname(path), text[len("include") :].strip())
            folder = posixpath.dirname(pattern).lstrip("/") + "/"
            inside = sorted(f"/{name}" for name in files.files if name.startswith(folder))
            for name in inside:
                if len(pattern) < 300 and fnmatch(name, pattern):
                    yield from _read_configuration(files, name, seen)
        elif text.startswith("/"):
            yield text


def _expand_origin(folder: str, path: str) -> str:
    origin = posixpath.dirname(path)
    return folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)


def package_objects(files: Filesystem) -> Iterator[tuple[str, Elf]]:
    """Yield the readable shared objects of pip packages."""
    for path, file in files.files.items():
        if file.elf and file.elf.readable and "-packages/" in path:
            yield f"/{path}", file.elf


def find_machines(files: Filesystem) -> frozenset[str]:
    """Return the processors that the shared objects of packages are for, in ELF's terms."""
    return frozenset(elf.machine for _, elf in package_objects(files))


def find_missing_libraries(files: Filesystem, loader: Loader) -> tuple[MissingLibrary, ...]:
    """Return what shared objects of packages need and no file in the image is called, by name or soname.

    A library anywhere in the image may already be loaded when it is needed, so only those that are nowhere
    count.
    """
    sonames = {file.elf.soname for file in files.files.values() if file.elf}
    wanted: dict[str, list[str]] = defaultdict(list)
    for path, elf in package_objects(files):
        for name in elf.needed:
            if name not in sonames and not files.paths_named(name) and not loader.find(name, path, elf):
                wanted[name].append(path)
    return tuple(
        MissingLibrary(
            one_line(name, 200),
            tuple(one_line(path) for path in sorted(by)[:5]),
            len(by),
            bool(_HOST.fullmatch(name)),
        )
        for name, by in sorted(wanted.items())
    )


def find_symbol_needs(files: Filesystem, loader: Loader, libc: Libc | None) -> tuple[SymbolNeed, ...]:
    """Return the newest symbol version of each family that packages need from the system's libraries."""
    newest: dict[str, tuple[tuple[int, ...], str, str, str]] = {}
    for path, elf in package_objects(files):
        for library, version in elf.versions:
            match = _SYMBOL.fullmatch(version)
            if match and parse_numbers(match[2]) > newest.get(match[1], ((),))[0]:
                source = loader.find(library, path, elf) or ""
                if "-packages/" not in source:  # some packages bring their own libstdc++
                    newest[match[1]] = (parse_numbers(match[2]), match[2], path, source)
    return tuple(
        _need(files, family, version, (path, source), libc)
        for family, (_, version, path, source) in sorted(newest.items())
    )


def _need(files: Filesystem, family: str, version: str, by: tuple[str, str], libc: Libc | None) -> SymbolNeed:
    path, source = by
    provided_version = ""
    if family == "GLIBC":
        provided_version = libc.version if libc and libc.name == "glibc" else ""
    elif source and (file := files.file(source)) and file.elf:
        provided_version = newest_provided(file.elf.defines, family)
    satisfied = parse_numbers(version) <= parse_numbers(provided_version) if provided_version else None
    return SymbolNeed(family, version, one_line(path), provided_version, satisfied)
