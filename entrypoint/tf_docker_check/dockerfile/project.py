"""What the project in a folder of an image needs, by its own files or its lock."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from posixpath import basename, dirname, join

from tf_docker_check.dockerfile.install_options import Options
from tf_docker_check.dockerfile.installer import Kind
from tf_docker_check.dockerfile.path_content import Declaration, Find
from tf_docker_check.model.text import one_line
from tf_docker_check.requirements.declared import EVERY, Declared
from tf_docker_check.requirements.locks import read_lock, read_pipfile_lock
from tf_docker_check.requirements.pipfile import read_pipfile
from tf_docker_check.requirements.pyproject import needs_setup, read_pyproject
from tf_docker_check.requirements.requirement import Target
from tf_docker_check.requirements.setup_files import read_setup_cfg, read_setup_py

_LOCKS = {Kind.UV: "uv.lock", Kind.POETRY: "poetry.lock", Kind.PDM: "pdm.lock"}
_WITHOUT_DEVELOPMENT = frozenset(
    {"--no-dev", "--without-dev", "--prod", "--production", "--only-main", "--no-default-groups"}
)


def read_project_files(
    path: str,
    find: Find,
    target: Target,
    *,
    extras: Collection[str] = (),
    groups: Collection[str] = (),
    itself: bool = True,
    tool: Kind | None = None,
    options: Options | None = None,
) -> Iterator[Declaration]:
    """Yield what the project at *path*, a folder or one of its files, needs with *extras* and *groups*.

    *tool*: what installs it, with *options*; else pip. Without *itself* only the groups count.
    """
    if tool is Kind.PIPENV:
        return _pipenv(path, find, options)
    if tool in _LOCKS and options:
        extras, groups, itself = _chosen(tool, options)
        return _locked(path, find, target, _LOCKS[tool], (extras, groups, itself))
    if basename(path).startswith("pylock."):
        return _pylock(path, find, target)
    return _declared(path, find, (extras, groups, itself))


_Chosen = tuple[Collection[str], Collection[str], bool]
"""Extras, groups, and whether the project itself counts."""


def _declared(path: str, find: Find, chosen: _Chosen) -> Iterator[Declaration]:
    """What pip would find: the standard's table, else that of the tool that builds the project."""
    folder = dirname(path) if basename(path) in ("pyproject.toml", "setup.py", "setup.cfg") else path
    pyproject = find(join(folder, "pyproject.toml"))
    if pyproject.source:
        declared = read_pyproject(pyproject.source.text, *chosen[:2], itself=chosen[2])
        yield Declaration(pyproject.source, declared, folder)
    if pyproject.source and not (chosen[2] and needs_setup(pyproject.source.text)):
        return
    setups = 0
    for name, read in (("setup.cfg", read_setup_cfg), ("setup.py", read_setup_py)):
        source = find(join(folder, name)).source
        if source and (name == "setup.py" or "install_requires" in source.text):
            setups += 1
            yield Declaration(source, read(source.text, chosen[0]), folder)
    if not setups:
        why = pyproject.reason or "no file in it was found that says what it needs"
        yield _missing(why if pyproject.reason else f"{one_line(path, 60)}: {why}", folder)


def _missing(reason: str, folder: str) -> Declaration:
    declared = Declared("")
    declared.note_unread(reason)
    return Declaration(None, declared, folder)


def _locked(folder: str, find: Find, target: Target, name: str, chosen: _Chosen) -> Iterator[Declaration]:
    """What a lock pins of what pyproject.toml asks for; without a lock, what that asks for."""
    lock, pyproject = find(join(folder, name)), find(join(folder, "pyproject.toml"))
    wanted = (
        read_pyproject(pyproject.source.text, *chosen[:2], itself=chosen[2]) if pyproject.source else None
    )
    if lock.source is None:
        if pyproject.source and wanted:
            yield Declaration(pyproject.source, wanted, folder)
        else:
            yield _missing(lock.reason or f"neither {name} nor pyproject.toml was found", folder)
        return
    roots = (
        [one.requirement.name for one in wanted.requirements if one.requirement.applies_to(target)]
        if wanted
        else []
    )
    uv = name == "uv.lock"
    declared = read_lock(lock.source.text, target, () if uv else roots, *chosen[:2])
    yield Declaration(lock.source, declared, folder)


def _pylock(path: str, find: Find, target: Target) -> Iterator[Declaration]:
    content = find(path)
    if content.source:
        yield Declaration(content.source, read_lock(content.source.text, target), dirname(path))
    else:
        yield _missing(content.why_missing(path), dirname(path))


def _pipenv(folder: str, find: Find, options: Options | None) -> Iterator[Declaration]:
    development = bool(options and {"--dev", "-d"} & set(options.names))
    for name, read in (("Pipfile.lock", read_pipfile_lock), ("Pipfile", read_pipfile)):
        if source := find(join(folder, name)).source:
            yield Declaration(source, read(source.text, development=development), folder)
            return
    yield _missing("no Pipfile was found in the build context", folder)


def _chosen(tool: Kind, options: Options) -> _Chosen:
    """Which extras and groups a tool installs, by its options."""
    given = set(options.names)
    extras = list(options.listed("-E", "--extras", "--extra"))
    extras += [EVERY] if {"--all-extras"} & given else []
    groups = list(options.listed("--with", "--group", "--only", "--only-group"))
    groups += [EVERY] if {"--all-groups"} & given else []
    if tool is Kind.PDM:
        extras += options.listed("-G", "--group")
    if not given & {*_WITHOUT_DEVELOPMENT, "--only", "--only-group"} and "dev" not in options.listed(
        "--without"
    ):
        groups.append("dev")
    only = options.listed("--only", "--only-group")
    return extras, groups, not only or "main" in only
