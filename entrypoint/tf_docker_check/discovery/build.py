"""How a Dockerfile is built: its build context, from the file that names it or from its COPY lines."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.discovery.files import Files
from tf_docker_check.dockerfile.instructions import Instruction
from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.dockerfile.source import Span
from tf_docker_check.errors import UsageError
from tf_docker_check.project.find import kind_of
from tf_docker_check.project.read import is_folder, is_inside

MOST_SOURCES = 100
"""COPY sources that are looked for."""

_WILD = frozenset("*?[")


@dataclass(frozen=True)
class Build:
    """A Dockerfile, and what it is built with. `named_by`: the place of the command or key; None if no file has one.

    `gpu`: what it builds is given a GPU.
    """

    dockerfile: Path
    context: Path
    target: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    named_by: Span | None = None
    gpu: bool = False

    @property
    def key(self) -> tuple[Path, Path, str, tuple[tuple[str, str], ...]]:
        """What makes it another image."""
        return self.dockerfile, self.context, self.target, self.arguments


@dataclass(frozen=True)
class Use:
    """An image that is used as it is. `gpu`: it is given one; `environment`: that it is started with."""

    image: str
    span: Span
    gpu: bool = False
    environment: tuple[tuple[str, str], ...] = ()


def build_at(
    files: Files,
    folder: Path,
    context: object,
    dockerfile: object = None,
    *,
    target: object = "",
    arguments: Mapping[str, str] | None = None,
    named_by: Span | None = None,
    gpu: bool = False,
) -> Build | None:
    """Return the build of *dockerfile* in *context*, both relative to *folder*; None if there is none in the project.

    The Dockerfile is by default the context's.
    """
    if not isinstance(context, str) or not _is_path(context):
        return None
    base = normal(folder / context)
    if dockerfile is not None and not (isinstance(dockerfile, str) and _is_path(dockerfile)):
        return None
    path = base / "Dockerfile" if dockerfile is None else normal(folder / str(dockerfile))
    if not files.is_file(path) or not is_folder(base) or not is_inside(base, files.root_of(path)):
        return None
    return Build(
        path,
        base,
        target if isinstance(target, str) and "$" not in target else "",
        tuple((arguments or {}).items()),
        named_by,
        gpu,
    )


def guess_context(files: Files, dockerfile: Path) -> Path:
    """Return the folder that holds most of what the Dockerfile copies: its own, or one above it in the project."""
    root, own = files.root_of(dockerfile), dockerfile.parent
    folders = [own, *(folder for folder in own.parents if folder == root or root in folder.parents)]
    sources = list(copied_paths(files, dockerfile))[:MOST_SOURCES] if len(folders) > 1 else []
    # Of several that hold as much, max takes the first: its own.
    return max(folders, key=lambda folder: sum(_holds(folder, path) for path in sources))


def copied_paths(files: Files, dockerfile: Path) -> Iterator[str]:
    """Yield the paths that its COPY, ADD and bind mounts take from the build context, variables left out."""
    try:
        instructions = parse_dockerfile(files.read(dockerfile).text, dockerfile.name)
    except UsageError:
        return
    for instruction in instructions:
        if instruction.keyword in ("COPY", "ADD") and not instruction.flag("from"):
            texts = [word.text for word in instruction.words[:-1]]
            yield from (text.lstrip("/") or "." for text in texts if _is_path(text) and "<<" not in text)
        elif instruction.keyword == "RUN":
            yield from _mounted(instruction)


def normal(path: Path) -> Path:
    """Return *path* without ``..`` and ``.``, links not followed."""
    return Path(os.path.normpath(path))


def _mounted(instruction: Instruction) -> Iterator[str]:
    for flag in instruction.flags:
        name, _, value = flag.text.partition("=")
        options = dict(option.partition("=")[::2] for option in value.split(","))
        source = options.get("source") or options.get("src", "")
        if name == "--mount" and "from" not in options and options.get("type", "bind") == "bind":
            yield from [source] if source and _is_path(source) else []


def _holds(folder: Path, source: str) -> bool:
    """Whether *source* is in *folder*; ``.`` is, where there is more than Dockerfiles."""
    plain = []
    for part in source.split("/"):
        if not _WILD.isdisjoint(part):
            break
        plain.append(part)
    path = "/".join(plain)
    if path not in ("", ".", "./"):
        return os.path.exists(folder / path)  # noqa: PTH110 - names that no file can have
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return False
    return any(not name.startswith(".") and kind_of(Path(name)) in ("", "requirements") for name in names)


def _is_path(text: str) -> bool:
    """Whether it is a path of the project: no URL, no variable, no NUL."""
    return bool(text) and "$" not in text and "://" not in text and "\0" not in text and text != "-"
