"""The forms that the arguments of an instruction have: flags, words, names with values, JSON lists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from math import isinf

from tf_docker_check.dockerfile.expand import SPACE
from tf_docker_check.dockerfile.instructions import LogicalLine, Word

_GAP = re.compile(f"[{SPACE}]*")
_BLANKS = re.compile(r"[\t\v\f\r ]+")
_WORD = re.compile(r"[^\t\v\f\r ]+")
_KIND = re.compile(r"([^\t\n\v\f\r ]+)[\t\n\v\f\r ]*")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAYBE_JSON = frozenset({"RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME"})

_Form = tuple[tuple[Word, ...], bool]


class FormError(ValueError):
    """Arguments that BuildKit's parser refuses."""


def flags_of(line: LogicalLine, at: int, end: int, escape: str) -> tuple[tuple[Word, ...], int]:
    """The flags from *at* up to *end* at most, and where the arguments behind them begin."""
    flags = []
    at = _after_gap(line.text, at)
    while line.text.startswith("--", at, end):
        match = _flag(escape).match(line.text, at, end)
        assert match is not None  # it begins with --
        text = _unquoted(match.group(), escape)
        at = _after_gap(line.text, match.end())
        if text == "--":
            break
        flags.append(line.word(*match.span(), text))
    return tuple(flags), at


def arguments_of(keyword: str, line: LogicalLine, start: int, end: int, escape: str) -> _Form:
    """The words of the arguments that *keyword* has from *start* to *end*, and whether they are a JSON list.

    Raises FormError.
    """
    if start >= end or keyword not in _FORMS:
        return (), False
    if keyword in _MAYBE_JSON and (listed := _json_list(line, start, end)) is not None:
        return listed, True
    return _FORMS[keyword](line, start, end, escape)


def _after_gap(text: str, at: int) -> int:
    match = _GAP.match(text, at)
    return match.end() if match else at


@cache
def _flag(escape: str) -> re.Pattern[str]:
    """A flag, up to white space that is neither quoted nor escaped."""
    mark = re.escape(escape)
    double, single = (rf"{quote}(?:[^{quote}{mark}]|{mark}.)*(?:{quote}|{mark}?\Z)" for quote in "\"'")
    return re.compile(rf"(?:[^{SPACE}\"'{mark}]+|{mark}(?:.|\Z)|{double}|{single})+", re.DOTALL)


@cache
def _quoted_word(escape: str) -> re.Pattern[str]:
    """A word, up to such white space; `cut`: an escape as the very last character, to be dropped."""
    mark = re.escape(escape)
    double = rf'"(?:[^"{mark}]|{mark}.)*(?:"|(?P<cut_in_quotes>{mark})?\Z)'
    single = r"'[^']*(?:'|\Z)"
    return re.compile(rf"(?:[^{SPACE}\"'{mark}]+|{mark}.|(?P<cut>{mark}\Z)|{double}|{single})+", re.DOTALL)


def _unquoted(text: str, escape: str) -> str:
    """*text* without its quotes and escapes; in a flag both kinds of quotes know escapes."""
    if not any(character in text for character in ("'", '"', escape)):
        return text
    pieces, quote, at = [], "", 0
    while at < len(text):
        character = text[at]
        if character == quote:
            quote = ""
        elif not quote and character in "\"'":
            quote = character
        elif character == escape:
            at += 1
            pieces.append(text[at : at + 1])
        else:
            pieces.append(character)
        at += 1
    return "".join(pieces)


def _quoted_words(text: str, start: int, end: int, escape: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of each word; quotes and escapes stay."""
    for match in _quoted_word(escape).finditer(text, start, end):
        is_cut = match["cut"] or match["cut_in_quotes"]
        if word := match.group()[:-1] if is_cut else match.group():
            yield (*match.span(), word)


def _whole(line: LogicalLine, start: int, end: int, _: str) -> _Form:
    return (line.word(start, end),), False


def _in_words(line: LogicalLine, start: int, end: int, _: str) -> _Form:
    return tuple(line.word(*match.span()) for match in _WORD.finditer(line.text, start, end)), False


def _in_quoted_words(line: LogicalLine, start: int, end: int, escape: str) -> _Form:
    return tuple(line.word(*word) for word in _quoted_words(line.text, start, end, escape)), False


def _mapping(line: LogicalLine, start: int, end: int, escape: str) -> _Form:
    return tuple(_names_and_values(line, start, end, escape)), False


def _names_and_values(line: LogicalLine, start: int, end: int, escape: str) -> Iterator[Word]:
    """Names and values in turns: of ``NAME=value …``, or of ``NAME the rest of the line``."""
    words = list(_quoted_words(line.text, start, end, escape))
    if words and "=" not in words[0][2]:
        gap = _BLANKS.search(line.text, start, end)
        if gap is None:
            raise FormError("a name without a value: write NAME=value")
        yield line.word(start, gap.start())
        yield line.word(gap.end(), end)
        return
    for begin, stop, text in words:
        name, equals, value = text.partition("=")
        if not equals:
            raise FormError("a word without =: a value with blanks in it needs quotes")
        yield line.word(begin, begin + len(name), name)
        yield line.word(begin + len(name) + 1, stop, value)


def _json_list(line: LogicalLine, start: int, end: int) -> tuple[Word, ...] | None:
    """The strings of a JSON list; None where the text is none. FormError where it holds something else."""
    if line.text[start] != "[":
        return None
    try:
        values = _JSON.decode(line.text[start:end])
    except RecursionError:
        values = [None]
    except ValueError:
        return None
    if not all(isinstance(value, str) for value in values):
        raise FormError("a JSON list may hold nothing but strings here")
    places = _JSON_STRING.finditer(line.text, start, end)
    return tuple(
        line.word(*place.span(), _SURROGATE.sub("\ufffd", value))
        for place, value in zip(places, values, strict=True)
    )


def _number(text: str) -> None:
    """Refuse a number that Go cannot hold; thousands of digits are no mistake to it."""
    if isinf(float(text)):
        raise ValueError(text)


def _refuse(name: str) -> None:
    raise ValueError(name)


def _health_check(line: LogicalLine, start: int, end: int, _: str) -> _Form:
    """The kind (CMD or NONE) and its command."""
    match = _KIND.match(line.text, start, end)
    assert match is not None  # arguments do not begin with white space
    words, is_json = arguments_of("CMD", line, match.end(), end, "")
    return (line.word(*match.span(1)), *words), is_json


_JSON = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=_refuse)
_FORMS: Mapping[str, Callable[[LogicalLine, int, int, str], _Form]] = {
    **dict.fromkeys(("RUN", "CMD", "ENTRYPOINT", "SHELL"), _whole),
    **dict.fromkeys(("MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"), _whole),
    **dict.fromkeys(("FROM", "EXPOSE", "COPY", "ADD", "VOLUME"), _in_words),
    **dict.fromkeys(("ENV", "LABEL"), _mapping),
    "ARG": _in_quoted_words,
    "HEALTHCHECK": _health_check,
}
