"""The instructions of a Dockerfile, read by BuildKit's own parser (the `dockerfile` package).

So heredocs, continuations and directives mean here what they mean to the builder.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from typing import Protocol

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line

_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+)")
LONGEST = 32_768
"""Characters of one instruction with its continuation lines, here-documents not counted."""

_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)")
_NOTHING_YET = "no instructions"  # the parser's words where there are only comments
_NO_END = "unterminated heredoc"  # … and where a here-document has no end
_SURROGATE = re.compile("[\ud800-\udfff]")


class Heredoc(Protocol):
    """A here-document of an instruction."""

    content: str


class Instruction(Protocol):
    """What the parser yields; lines count from 1 and both ends belong to it."""

    cmd: str | None  # None where a line is nothing but a continuation mark
    start_line: int
    end_line: int
    flags: tuple[str, ...]
    value: tuple[str, ...]
    json: bool
    heredocs: tuple[Heredoc, ...]


def read(text: str, file: str) -> Sequence[Instruction]:
    """The instructions of *text*. UsageError with the line where it is no Dockerfile."""
    import dockerfile  # loads a Go runtime

    # The parser stops at a NUL, and takes the whole process down on a lone surrogate.
    if "\0" in text or _SURROGATE.search(text):
        raise UsageError(f"{file} is not a text file", remedy="name a Dockerfile saved as UTF-8")
    _refuse_long(text, file)
    try:
        instructions: Sequence[Instruction] = dockerfile.parse_string(text)
    except ValueError as error:
        raise _unreadable(text, file, str(error), dockerfile.parse_string) from None
    known = [name.upper() for name in dockerfile.all_cmds()]
    for instruction in instructions:
        if keyword(instruction) not in known:
            raise _unknown(instruction, known, file)
    return instructions


def keyword(instruction: Instruction) -> str:
    """FROM, RUN, COPY, … in capitals."""
    return (instruction.cmd or "").upper()


def directives(text: str) -> dict[str, str]:
    """The parser directives: the comments of the form key=value that a Dockerfile opens with."""
    found: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").split("\n"):
        match = _DIRECTIVE.match(line.strip())
        if not match:
            break
        found.setdefault(match[1].lower(), match[2])
    return found


def _refuse_long(text: str, file: str) -> None:
    """The parser's time grows with the square of an instruction's length: a second at 40,000 characters."""
    escape, length = directives(text).get("escape", "\\"), 0
    for number, line in enumerate(text.split("\n") if len(text) > LONGEST else (), 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        length += len(line)
        if length > LONGEST:
            raise UsageError(
                f"{file}:{number}: this Dockerfile cannot be read",
                why=f"an instruction is longer than {LONGEST} characters",
                remedy="put what is long into a file, and COPY that",
            )
        length = length if written.endswith(escape) else 0


def _unreadable(text: str, file: str, why: str, parse: Callable[[str], object]) -> UsageError:
    lines = text.rstrip().split("\n")
    place = f"{file}:{_failing_line(lines, why, parse)}" if any(lines) else file
    return UsageError(
        f"{place}: this Dockerfile cannot be read",
        why=one_line(why),
        remedy="mend it until `docker build` accepts it",
    )


def _failing_line(lines: Sequence[str], why: str, parse: Callable[[str], object]) -> int:
    """The line after the longest beginning that has not that mistake."""
    if _NO_END in why:
        return _endless(lines)
    good, bad = 0, len(lines)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            parse("\n".join(lines[:middle]))
        except ValueError as error:
            if _NOTHING_YET not in str(error) and _NO_END not in str(error):
                bad = middle
                continue
        good = middle
    return bad


def _endless(lines: Sequence[str]) -> int:
    """The line with the here-document of which the end does not follow."""
    last = {line.strip(): number for number, line in enumerate(lines, 1)}
    begun = ((number, mark) for number, line in enumerate(lines, 1) for mark in _HEREDOC.findall(line))
    return next((number for number, mark in begun if last.get(mark, 0) <= number), len(lines))


def _unknown(instruction: Instruction, known: Sequence[str], file: str) -> UsageError:
    name = keyword(instruction)
    near = difflib.get_close_matches(name, known, 1)
    return UsageError(
        f"{file}:{instruction.start_line}: {one_line(name, 40)!r} is not a Dockerfile instruction",
        remedy=f"did you mean {near[0]}?" if near else "is this the right Dockerfile?",
    )
