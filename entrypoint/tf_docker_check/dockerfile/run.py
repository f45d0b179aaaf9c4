"""Parse the shell commands of a RUN, with the place of every word."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from tf_docker_check.dockerfile.blocks import split_commands
from tf_docker_check.dockerfile.instructions import Heredoc, Instruction, LogicalLine, Word
from tf_docker_check.dockerfile.shell import Command, blanked

_HEREDOC = re.compile(r"<<-?\s*([\"']?)[^\s\"'<>|&;]+\1")
_SH = r"(?:/usr)?(?:/bin/)?(?:ba|da|a|z)?sh\b"
_SHELL = re.compile(rf"(?:{_SH}(?:\s+-\w+)*)?")
_SHEBANG = re.compile(rf"(?!#!)|#!\s*(?:/usr/bin/env\s+)?{_SH}")
_SCRIPT_OPTION = re.compile(r"-[a-z]*c")
_DEEPEST = 3  # shells within shells


@lru_cache(maxsize=1024)
def read_run(instruction: Instruction, text: str) -> tuple[Command, ...]:
    """Return the commands of a RUN of the Dockerfile *text*, including a here-document run by a shell."""
    if instruction.json:
        return tuple(_unwrap_shells([Command(instruction.words, json=True)], text))
    if script := _script(instruction):
        return tuple(
            _unwrap_shells(split_commands(blanked(text[script.start : script.end]), script.start), text)
        )
    (word,) = instruction.words or (instruction.arguments,)
    return tuple(_unwrap_shells(_parse_word(instruction.line, word), text))


def _parse_word(line: LogicalLine, word: Word) -> list[Command]:
    """Return the commands in *word* of *line*."""
    if len(line.pieces) == 1:
        return split_commands(line.written(word), word.start)

    def place(words: tuple[Word, ...]) -> tuple[Word, ...]:
        return tuple(line.within(word, start, end, text) for text, start, end in words)

    return [
        replace(
            command,
            words=place(command.words),
            assignments=place(command.assignments),
            split=place(command.split),
        )
        for command in split_commands(line.written(word))
    ]


def _script(instruction: Instruction) -> Heredoc | None:
    """Return its here-document if there is one and a shell runs it."""
    if len(instruction.heredocs) != 1:
        return None
    (heredoc,) = instruction.heredocs
    command = instruction.arguments.text
    program = _HEREDOC.sub("", command, count=1).strip()
    runs = command.startswith("<<") and _SHELL.fullmatch(program) and _SHEBANG.match(heredoc.content)
    return heredoc if runs else None


def _unwrap_shells(commands: list[Command], text: str) -> list[Command]:
    """Replace each ``sh -c SCRIPT`` by the commands of the script."""
    for _ in range(_DEEPEST):
        if not any(map(_runs_script, commands)):
            break
        commands = [
            inner
            for command in commands
            for inner in (_parse_script(command, text) if _runs_script(command) else [command])
        ]
    return commands


def _runs_script(command: Command) -> bool:
    texts = command.texts
    return (
        len(texts) >= 3 and re.fullmatch(rf"{_SH}|su", texts[0]) is not None and _script_at(texts) is not None
    )


def _script_at(texts: tuple[str, ...]) -> int | None:
    """Return the index of the script among the words of a shell; None if it has none."""
    for index, text in enumerate(texts[1:], 1):
        if _SCRIPT_OPTION.fullmatch(text):
            return index + 1 if index + 1 < len(texts) else None
        if not text.startswith("-") and texts[index - 1] != "-o" and texts[0] != "su":
            return None
    return None


def _parse_script(command: Command, text: str) -> list[Command]:
    """Parse the script of ``sh -c``; with escapes in it, every word has the place of the script."""
    index = _script_at(command.texts)
    assert index is not None  # checked by the caller
    script = command.words[index]
    is_plain = text[script.start + 1 : script.end - 1] == script.text
    inner_commands = split_commands(script.text, script.start + 1 if is_plain else 0)
    if is_plain:
        return inner_commands
    return [
        replace(
            inner,
            words=tuple(Word(word.text, script.start, script.end) for word in inner.words),
            assignments=tuple(Word(word.text, script.start, script.end) for word in inner.assignments),
            split=tuple(Word(word.text, script.start, script.end) for word in inner.split),
        )
        for inner in inner_commands
    ]
