"""Read the instructions of a stage of a Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from posixpath import basename, join

from tf_docker_check.dockerfile.instructions import Instruction
from tf_docker_check.dockerfile.path_content import PathContent
from tf_docker_check.dockerfile.run import read_run
from tf_docker_check.dockerfile.run_reader import RunReader
from tf_docker_check.dockerfile.shell_state import join_path
from tf_docker_check.dockerfile.source import Span
from tf_docker_check.dockerfile.stage import Copy, Setting, Step
from tf_docker_check.dockerfile.stage_state import StageState
from tf_docker_check.model.text import one_line

_PACKAGES = re.compile(
    r"site-packages|dist-packages|venv|/\.local|^/install/?$|^/usr/local/?$|^/usr/local/lib/?$|^/usr/?$|^/$"
    r"|^/opt/conda/?$|conda|/envs/|^/usr/local/lib/python"
)
_MOST_HEREDOCS = 10  # of one instruction
_URL = re.compile(r"(?:https?|ftp)://|git@")


def read_instruction(state: StageState, instruction: Instruction) -> None:
    """Take *instruction* into account."""
    if reader := _READERS.get(instruction.keyword):
        reader(state, instruction)


def _argument(state: StageState, instruction: Instruction) -> None:
    given, outer = state.scope.given, state.scope.arguments
    for word in instruction.words:
        name, equals, default = word.text.partition("=")
        if name in given:
            state.arguments[name] = given[name]
        elif equals:
            value = state.expand(default)
            state.arguments[name] = default if value is None else value
        elif name in outer:
            state.arguments[name] = outer[name]


def _environment(state: StageState, instruction: Instruction) -> None:
    values = {name.text: state.fill(value.text) for name, value in instruction.pairs}
    for name, value in instruction.pairs:
        state.environment[name.text] = values[name.text]
        span = Span(state.scope.source, value.start, value.end)
        state.settings.append(Setting(name.text, values[name.text], span))


def _work_folder(state: StageState, instruction: Instruction) -> None:
    path = state.fill(instruction.arguments.text.strip())
    state.folder_known = state.folder_known or path.startswith("/")
    state.folder = join_path(state.folder, path)


def _shell(state: StageState, instruction: Instruction) -> None:
    texts = [word.text for word in instruction.words]
    if "run" in texts and texts:
        activated = state.interpreters.observe(["activate", *texts[: texts.index("run") + 3]])
        state.interpreters = replace(activated, default=activated.active or "", active=None)


def _copy(state: StageState, instruction: Instruction) -> None:
    words = [
        word._replace(text=state.fill(word.text)) for word in instruction.words or (instruction.arguments,)
    ]
    span = Span(state.scope.source, instruction.start, instruction.end)
    origin = state.fill(instruction.flag("from"))
    other = state.stage_of(origin) if origin else None
    image = other.stage.root.image if other else origin
    absent = [] if origin else [word for word in words[:-1] if _is_absent(state, word.text)]
    state.copies.append(Copy(span, tuple(words[:-1]), words[-1].text, origin, image, tuple(absent)))
    *sources, target = [word.text for word in words]
    place = join_path(state.folder, target)
    if origin and other is None:
        if any(_PACKAGES.search(path) for path in sources):
            state.note_unread(instruction, f"what is copied from {one_line(origin, 80)} is not read")
        for path in sources:
            _make_unread(state, join(place, basename(path.rstrip("/"))), f"{origin} holds")
        return
    if other and any(_PACKAGES.search(path) or _holds(other, path) for path in sources):
        state.packages.append(other.stage)
    for url in (path for path in sources if _URL.match(path)):
        _make_unread(state, join(place, basename(url)), f"{url} holds")
    local = [path for path in sources if not _URL.match(path) and not path.startswith("<<")]
    state.files.copy(place, local, other.files if other else None)
    for heredoc in instruction.heredocs[:_MOST_HEREDOCS]:
        path = join(place, heredoc.name) if target.endswith("/") or len(sources) > 1 else place
        state.files.make(path, PathContent(state.scope.source.part(heredoc.start, heredoc.end)))


def _is_absent(state: StageState, path: str) -> bool:
    return not _URL.match(path) and not path.startswith("<<") and state.scope.context.lacks(path)


def _make_unread(state: StageState, path: str, what: str) -> None:
    state.files.make(path, PathContent(reason=f"what {one_line(what, 100)} is not read"))


def _holds(other: StageState, path: str) -> bool:
    """Whether packages were installed into the folder *path* of another stage."""
    return any(f"{folder}/".startswith(f"{path.rstrip('/')}/") for folder in other.installed_to)


def _run(state: StageState, instruction: Instruction) -> None:
    run = RunReader(state, instruction)
    run.read(read_run(instruction, state.scope.source.text))
    span = Span(state.scope.source, instruction.start, instruction.end)
    state.steps.append(Step(span, tuple(run.commands), tuple(run.installs)))


_READERS: Mapping[str, Callable[[StageState, Instruction], None]] = {
    "ARG": _argument,
    "ENV": _environment,
    "RUN": _run,
    "COPY": _copy,
    "ADD": _copy,
    "WORKDIR": _work_folder,
    "SHELL": _shell,
}
