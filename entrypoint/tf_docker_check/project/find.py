"""Find the files of a project that say how its images are built and used, by their names."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tf_docker_check.errors import UsageError
from tf_docker_check.model.defaults import RESULTS_FOLDER

DEEPEST, MOST_FOLDERS, MOST_SECONDS = 20, 50_000, 20.0
"""Levels, folders and seconds after which a search ends, with a message."""

MOST_FILES = 3_000
"""Files of each kind: no project that people work on has more, and each is read."""

DOCKERFILE, LOOSE = "dockerfile", "loose"
_NAMES = re.compile(r"dockerfile|containerfile", re.IGNORECASE)
_WHOLE_NAMES = re.compile(
    r"(?:docker|container)file(?:[._-].+)?|.+[._-](?:docker|container)file", re.IGNORECASE
)
_OTHER_CONTENT = re.compile(
    r"adoc|asc|bak|bash|bat|bz2|cc?|class|cmd|conf|cpp|css?|csv|cue|diff|dockerignore|ejs|erb|erl|exs?|fish|gif|go"
    r"|gz|hbs|h|hpp|hs|html?|ico|ics|in|ini|ipynb|j2|jar|java|jinja2?|jpe?g|m?js|json|jsonnet|[jt]sx|kts?|less|lnk"
    r"|lock|log|lua|map|md|mo|mustache|nix|orig|out|patch|pdf|php|pl|png|po|properties|ps1|py[ci]?|rb|rej|rst?"
    r"|scala|scss|sh|sha256|sig|snap|sql|svg|swift|sw[op]|tar|template|tgz|tmp|tmpl|toml|tpl|ts|txt|vim|vue|wasm"
    r"|xml|xsl|ya?ml|zip|zsh|.*~",
    re.IGNORECASE,
)
"""Extensions of what is about Dockerfiles, or makes them, and is none."""

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "compose": re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml"),
    "devcontainer": re.compile(r"\.?devcontainer\.json"),
    "bake": re.compile(r"docker-bake(?:\.[\w-]+)?\.(?:hcl|json)"),
    "manifest": re.compile(r".+\.ya?ml"),
    "script": re.compile(r"(?:GNU)?[Mm]akefile|.+\.(?:mk|sh|bash)|[Jj]ustfile|Jenkinsfile"),
    "readme": re.compile(r"README(?:\.md|\.rst)?"),
    "program": re.compile(r".+\.py|Pipfile|setup\.cfg|pyproject\.toml"),
}
_REQUIREMENTS = re.compile(r"requirements[\w.-]*\.txt|[\w.-]*requirements\.txt")
_SKIPPED = re.compile(
    r"\.(?:bzr|cache|conda|direnv|eggs|git|gradle|hg|history|idea|ipynb_checkpoints|jj|mypy_cache|next|nox|npm|pixi"
    r"|pytest_cache|ruff_cache|svn|terraform|tox|venv|vs|yarn)"
    rf"|__pycache__|bower_components|(?:dist|site)-packages|node_modules|{RESULTS_FOLDER}|vendor|venv"
)
_NOT_ONES_OWN = ("pyvenv.cfg", "CACHEDIR.TAG", "conda-meta")
"""What lies in a virtual environment, in a cache, in a conda environment."""


@dataclass(frozen=True)
class FileList:
    """Paths by kind, sorted, without duplicates.

    `loose`: names in which there is only "dockerfile" somewhere, so that the content decides. `manifests`:
    other YAML, in which images may be named; `scripts`: makefiles and shell scripts; `programs`: Python, and what
    names its dependencies. `named`: what the user named.
    """

    dockerfiles: tuple[Path, ...] = ()
    requirements: tuple[Path, ...] = ()
    composes: tuple[Path, ...] = ()
    loose: tuple[Path, ...] = ()
    devcontainers: tuple[Path, ...] = ()
    bakes: tuple[Path, ...] = ()
    manifests: tuple[Path, ...] = ()
    scripts: tuple[Path, ...] = ()
    readmes: tuple[Path, ...] = ()
    programs: tuple[Path, ...] = ()
    named: frozenset[Path] = field(default=frozenset())


def find_files(paths: Sequence[Path], report: Callable[[str], None]) -> FileList:
    """Collect the files among and under *paths*. A file that is named counts whatever it is called.

    Links that lead out of a path are not followed. *report* is called with a message for each folder
    that cannot be read, and where a limit ends the search. Raises UsageError for a path that does not exist.
    """
    by_kind: dict[str, dict[Path, None]] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"no such file or directory: {path}", remedy="give a folder or a file to lint")
        for file in _walk(path, report) if path.is_dir() else [path]:
            by_kind.setdefault(kind_of(file, named=file is path), {})[file] = None
    for kind, files in by_kind.items():
        if len(files) > MOST_FILES and kind != "program":
            report(f"more than {MOST_FILES} files of the kind {kind}: the others are not looked at")
    kinds = {kind: tuple(sorted(files)[:MOST_FILES]) for kind, files in by_kind.items()}
    dockerfiles = kinds.get(DOCKERFILE, ())
    folders = {path.parent for path in dockerfiles}
    return FileList(
        dockerfiles,
        tuple(
            path
            for path in kinds.get("requirements", ())
            if path in paths or _project_folder(path.parent) in folders
        ),
        kinds.get("compose", ()),
        kinds.get(LOOSE, ()),
        kinds.get("devcontainer", ()),
        kinds.get("bake", ()),
        kinds.get("manifest", ()),
        kinds.get("script", ()),
        kinds.get("readme", ()),
        kinds.get("program", ()),
        frozenset(path for path in paths if not path.is_dir()),
    )


def kind_of(path: Path, *, named: bool = False) -> str:
    """Return the kind of the file by its name; empty for others. *named*: the user says that it is one."""
    name = path.name
    if _REQUIREMENTS.fullmatch(name) or (
        name.endswith(".txt") and (named or path.parent.name == "requirements")
    ):
        return "requirements"
    if _NAMES.search(name) and not _OTHER_CONTENT.fullmatch(name.rpartition(".")[2]):
        return DOCKERFILE if named or _WHOLE_NAMES.fullmatch(name) else LOOSE
    kind = next((kind for kind, pattern in _PATTERNS.items() if pattern.fullmatch(name)), "")
    if named and kind == "manifest":
        return "compose"
    return DOCKERFILE if named and kind in ("", "script", "readme", "program") else kind


def is_skipped(folder: str) -> bool:
    """Whether nothing of the project's own is in folders of that name."""
    return _SKIPPED.fullmatch(folder) is not None


def _project_folder(folder: Path) -> Path:
    """Return the folder of the project whose requirement files are in *folder*."""
    return folder.parent if folder.name == "requirements" else folder


def _walk(top: Path, report: Callable[[str], None]) -> Iterator[Path]:
    def report_error(error: OSError) -> None:
        report(f"cannot read the folder {error.filename}: {error.strerror}")

    depth, ends = len(top.parts), time.monotonic() + MOST_SECONDS
    for number, (name, folders, files) in enumerate(os.walk(top, onerror=report_error)):
        folder = Path(name)
        if number >= MOST_FOLDERS or time.monotonic() > ends:
            report(f"{top} is too large to be searched to its end: name the folders that matter")
            return
        if len(folder.parts) - depth >= DEEPEST:
            folders.clear()
        if number and any(name in files or name in folders for name in _NOT_ONES_OWN):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        for file in sorted(files):
            path = folder / file
            if kind_of(path) and not (path.is_symlink() and _leads_out(path, top)):
                yield path


def _leads_out(link: Path, top: Path) -> bool:
    try:
        target = link.resolve(strict=True)
        return not target.is_relative_to(top.resolve())
    except (OSError, RuntimeError):  # a dangling link, or a cycle
        return True
