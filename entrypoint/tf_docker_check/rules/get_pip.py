"""Whether the newest get-pip.py runs on the Python it is given to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.pythons import python_called
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.distributions import get_pip_scripts
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.rules.fault import Fault

_SCRIPT = "get-pip.py"
_NEWEST = re.compile(
    r"https?://(?:bootstrap\.pypa\.io/(?:pip/)?|raw\.githubusercontent\.com/pypa/get-pip/(?:main|master|HEAD)/"
    r"(?:public/)?)get-pip\.py"
)


def newest_get_pip(stage: Stage) -> Iterator[Fault]:
    """Yield each download of the newest get-pip.py that a Python too old for it is to run."""
    commands = [command for step in stage.steps for command in step.commands]
    added = (word for copy in stage.copies for word in copy.sources if _NEWEST.search(word.text))
    for word in added:
        yield from _too_new(stage, word, commands)
    for number, command in enumerate(commands):
        for word in command.words:
            if _NEWEST.search(word.text):
                yield from _too_new(stage, word, commands[number:])


def _too_new(stage: Stage, word: Word, after: list[Command]) -> Iterator[Fault]:
    """*after*: the command that downloads it, and those that follow."""
    row = get_pip_scripts()[-1]
    pythons = (python_called(stage, command.words[0].text) for command in _running(after))
    python = next((one for one in pythons if one and version(one) < version(row.least)), "")
    if not python:
        return
    own = f"https://bootstrap.pypa.io/pip/{python}/{_SCRIPT}"
    known = python in row.pythons
    span = Span(stage.source, word.start, word.end)
    judgement = Judgement(
        "get-pip",
        Verdict.FAILS,
        f"the newest get-pip.py stops on Python {python}: it brings pip {row.pip}, which needs Python {row.least}",
        "python-env",
        f"fetch {own}" if known else f"take Python {row.least} or newer",
        (source_of("get-pip.py", row),),
    )
    new = _NEWEST.sub(own, span.text)
    yield Fault(span, judgement, (Edit(span, new),) if known and new != span.text else ())


def _running(commands: list[Command]) -> Iterator[Command]:
    """The commands that run the script: by its name, or right after its download, from a pipe."""
    piped = (one for one in commands[1:2] if _is_python(one) and not _operands(one))
    named = (one for one in commands if _is_python(one) and any(_SCRIPT in text for text in one.texts[1:]))
    return chain(piped, named)


def _is_python(command: Command) -> bool:
    return command.name.startswith("python")


def _operands(command: Command) -> list[str]:
    return [text for text in command.texts[1:] if text != "-"]
