"""The commands of a shell script, and what each depends on: ``if``, loops, ``&&`` and ``||``."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace

from tf_docker_check.dockerfile.shell import (
    ASSIGNMENT,
    Command,
    Condition,
    Simple,
    prefix_length,
    simple_commands,
)

_OPENS = frozenset({"if", "while", "until", "for", "case", "{"})
_TURNS = frozenset({"then", "elif", "else", "do"})
_CLOSES = frozenset({"fi", "done", "esac", "}"})
_WITH_WORDS = frozenset({"for", "case"})  # words that open a block and belong to a command
_TESTED = frozenset({"if", "while", "until"})
_TESTS = frozenset({"[", "[[", "test", "true", "false"})
_NOT_PLAIN = re.compile(r"\$\(|[`*?\[{]")
_MOST_REPEATED = 500  # commands that a loop is written out to
_MOST_CONDITIONS = 20  # of one command


def split_commands(text: str, offset: int = 0) -> list[Command]:
    """The commands in shell *text*, of which the first character is at *offset*."""
    structure = _Structure()
    for simple in simple_commands(text, offset):
        structure.add(simple)
    return structure.commands


@dataclass
class _Block:
    """An ``if``, a loop or a group that is open.

    `when`: the conditions that it runs under, `tests`: those of its own that its commands run under now.
    `start`: how many commands came before. `testing`: the commands that decide about it, as far as they came.
    `either`: it came behind ``||``.
    """

    word: str
    when: tuple[Condition, ...]
    start: int
    tests: tuple[Condition, ...] = ()
    testing: int | None = None
    either: bool = False


class _Structure:
    """Commands as they come, and the conditions that they run under.

    `chain`: those that ``&&`` and ``||`` set in the current list; `either`: the last of them was ``||``;
    `ended`: the blocks that the current command ends.
    """

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.blocks: list[_Block] = []
        self.chain: tuple[Condition, ...] = ()
        self.either = False
        self.ended: list[_Block] = []

    def add(self, simple: Simple) -> None:
        keywords, succeeds = 0, True
        self.ended.clear()
        while keywords < len(simple.words) and self._takes_keyword(simple.words[keywords].text):
            succeeds ^= simple.words[keywords].text == "!"
            keywords += 1
        words = simple.words[keywords:]
        for loop in self.ended:
            self._feed(loop, simple)
        length = prefix_length(words)
        command = Command(
            tuple(words[length:]),
            assignments=tuple(word for word in words[:length] if ASSIGNMENT.match(word.text)),
            when=(*self._outer(), *self.chain),
            redirects=tuple(simple.redirects),
            split=tuple(simple.split),
            piped=simple.before == "|",
        )
        if words:
            self.commands.append(command)
            if words[0].text in _WITH_WORDS:
                self._open(words[0].text)
            elif self.blocks and self.blocks[-1].testing is not None:
                self._test(self.blocks[-1], Condition(command, succeeds))
        test = Condition(command, succeeds) if command.name in _TESTS else None
        self._operator(simple.after, test)

    def _feed(self, loop: _Block, simple: Simple) -> None:
        """Let the commands of ``while read NAME … done < FILE`` run with all that is in the file."""
        test, *body = self.commands[loop.start :] or [Command(())]
        if loop.word != "while":
            return
        files = [word.text for operator, word in simple.redirects if operator == "<"]
        if test.name == "read" and files:
            names = {f"${name}" for name in test.texts[1:]} | {f"${{{name}}}" for name in test.texts[1:]}
            self.commands[loop.start + 1 :] = [_with_file(one, names, files[0], loop.when) for one in body]

    def _outer(self) -> tuple[Condition, ...]:
        """The conditions of the blocks that are open."""
        return (*self.blocks[-1].when, *self.blocks[-1].tests) if self.blocks else ()

    def _takes_keyword(self, text: str) -> bool:
        """Whether *text*, the first of some words, is a keyword, which then has its effect."""
        if text in _OPENS - _WITH_WORDS:
            self._open(text)
        elif text in _TURNS and self.blocks:
            self._turn(self.blocks[-1], text)
        elif text in _CLOSES and self.blocks:
            self._close()
        return text == "!" or text in (_OPENS - _WITH_WORDS) | _TURNS | _CLOSES

    def _open(self, word: str) -> None:
        block = _Block(word, _bounded((*self._outer(), *self.chain)), len(self.commands), either=self.either)
        block.testing = 0 if word in _TESTED else None
        block.tests = (Condition(None),) if word == "case" else ()
        self.blocks.append(block)
        self.chain, self.either = (), False

    def _turn(self, block: _Block, word: str) -> None:
        if word in ("elif", "else") and block.tests:
            *others, last = block.tests
            block.tests = (*others, last._replace(succeeds=not last.succeeds))
        elif block.word in ("while", "until"):
            block.tests = (Condition(None),)
        block.testing = 0 if word == "elif" else None
        self.chain = ()

    def _test(self, block: _Block, condition: Condition) -> None:
        """Let the block depend on *condition*; on nothing known where there is more than one."""
        block.tests = (*block.tests[:-1], Condition(None)) if block.testing else (*block.tests, condition)
        block.testing = 1

    def _close(self) -> None:
        block = self.blocks.pop()
        self.ended.append(block)
        if block.word == "for":
            self.commands[block.start :] = _repeated(
                self.commands[block.start - 1], self.commands[block.start :]
            )
        self.chain, self.either = block.when[len(self._outer()) :], block.either

    def _operator(self, after: str, test: Condition | None) -> None:
        tests = (*self.chain, test) if test else self.chain
        if after == "&&":
            self.chain = (
                (Condition(None),) if self.either and test else () if self.either else _bounded(tests)
            )
            self.either = False
        elif after == "||":
            only = tests[0] if len(tests) == 1 else Condition(None)
            self.chain, self.either = (only._replace(succeeds=not only.succeeds),), True
        elif after == "(":
            self._open("(")
        elif after == ")" and self.blocks and self.blocks[-1].word == "(":
            self._close()
        elif after not in ("|", ")"):
            self.chain, self.either = (), False


def _with_file(command: Command, names: Set[str], file: str, when: tuple[Condition, ...]) -> Command:
    """*command* with the contents of *file* in place of a variable that holds a line of it."""
    words = tuple(
        word._replace(text=f"$(cat {file})") if word.text in names else word for word in command.words
    )
    return command if words == command.words else replace(command, words=words, when=when)


def _repeated(loop: Command, body: list[Command]) -> list[Command]:
    """The commands of ``for NAME in …``, once for each value; once where the values are not known."""
    values = loop.words[3:] if loop.texts[2:3] == ("in",) else ()
    plain = values and not any(_NOT_PLAIN.search(value.text) for value in values)
    if not plain or len(values) * (len(body) + 1) > _MOST_REPEATED:
        return body
    return [
        command
        for value in values
        for command in (
            Command(
                (), assignments=(value._replace(text=f"{loop.words[1].text}={value.text}"),), when=loop.when
            ),
            *body,
        )
    ]


def _bounded(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """*conditions*; of more than a few nothing is known."""
    return conditions if len(conditions) <= _MOST_CONDITIONS else (Condition(None),)
