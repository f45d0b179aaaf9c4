"""Words as BuildKit's own lexer reads them: quotes, escapes and variables.

The forms of a variable are those of https://docs.docker.com/reference/dockerfile/#environment-replacement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

BLANK = "\t\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SPACE = f"\n{BLANK}"
"""What Go's unicode.IsSpace holds for white space, as the inside of a character class."""

LONGEST = 4096
"""Characters of an expanded word that are kept: no image reference is as long, and variables can double."""

_DEEPEST = 20  # variables within the defaults of variables
_IS_SPACE = re.compile(f"[{SPACE}]")
_NAME = re.compile(r"[0-9]+|[@*#?$!-]|\w*")
_PLAIN = re.compile(f"[^$<'\"\\\\`{SPACE}}}/]+")
_QUOTE_ENDS = re.compile(r"[\"$\\`]")
_PATTERN_PIECE = re.compile(r"\\?.", re.DOTALL)
_PATTERN_PIECES = {"*": "*", "?": "."}
_LONGEST_MATCHED = 256  # characters that are compared with a pattern, which takes their number …
_MOST_STARS = 2  # … to the power of its stars


class BadSubstitutionError(ValueError):
    """A word that BuildKit refuses: an open quote, or a variable in a form that it does not know."""


@dataclass
class _Lexer:
    """A cursor over *text*.

    `raw`: quotes and escapes stay in the words. `quoting`: there are such. `keep_unset`: variables without a
    value stay too. `unset` collects the names of those that were needed and have none.
    """

    text: str
    values: Mapping[str, str]
    escape: str = "\\"
    raw: bool = False
    quoting: bool = True
    keep_unset: bool = False
    at: int = 0
    unset: set[str] = field(default_factory=set)

    def read(self, stop: str = "", depth: int = 0, *, raw_escapes: bool = False) -> tuple[str, list[str]]:
        """The text up to *stop* (empty: the end), processed, and the words in it."""
        result: list[str] = []
        words = _Words()
        while self.at < len(self.text):
            if plain := _PLAIN.match(self.text, self.at):
                self.at = plain.end()
                piece, quoted = plain.group(), True
            elif stop and self.text[self.at] == stop:
                self.at += 1
                return "".join(result), words.done()
            else:
                piece, quoted = self._special(depth, raw_escapes=raw_escapes or self.raw)
            result.append(piece)
            words.add(piece, quoted=quoted)
        if stop:
            raise BadSubstitutionError(f"missing {stop!r}")
        return "".join(result), words.done()

    def _special(self, depth: int, *, raw_escapes: bool) -> tuple[str, bool]:
        """What a character other than a plain one stands for, and whether blanks in it end no word."""
        character = self.text[self.at]
        if character == "$":
            return self._variable(depth), False
        if character == "'" and self.quoting:
            return self._single(), True
        if character == '"' and self.quoting:
            return self._double(depth), True
        if self.text.startswith("<<", self.at):
            return self._heredoc_mark(), True
        self.at += 1
        if character != self.escape or not self.quoting:
            return character, False
        escaped = self.text[self.at : self.at + 1]
        self.at += 1
        return (character if raw_escapes else "") + escaped, True

    def _heredoc_mark(self) -> str:
        """``<<`` with the blanks after it, which do not end its word."""
        begin = self.at
        self.at += 2
        while self.text[self.at : self.at + 1] in (" ", "\t", "\r"):
            self.at += 1
        return self.text[begin : self.at]

    def _single(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise BadSubstitutionError("a single quote is not closed")
        begin, self.at = self.at, end + 1
        return self.text[begin : end + 1] if self.raw else self.text[begin + 1 : end]

    def _double(self, depth: int) -> str:
        pieces = ['"'] if self.raw else []
        self.at += 1
        while match := _QUOTE_ENDS.search(self.text, self.at):
            pieces.append(self.text[self.at : match.start()])
            self.at = match.start()
            if match.group() == '"':
                self.at += 1
                return "".join([*pieces, '"'] if self.raw else pieces)
            pieces.append(self._variable(depth) if match.group() == "$" else self._escaped_in_quotes())
        raise BadSubstitutionError("a double quote is not closed")

    def _escaped_in_quotes(self) -> str:
        character, after = self.text[self.at], self.text[self.at + 1 : self.at + 2]
        if character != self.escape or after not in ('"', "$", self.escape):
            self.at += 1
            return character * 2 if character == self.escape and self.raw else character
        self.at += 2
        return character + after if self.raw else after

    def _variable(self, depth: int) -> str:
        self.at += 1
        if not self.text.startswith("{", self.at):
            name = self._name()
            return self._value(name, f"${name}") if name else "$"
        self.at += 1
        if self.text[self.at : self.at + 1] in ("", "{", "}", ":") or depth >= _DEEPEST:
            raise BadSubstitutionError("bad substitution")
        return self._braced(self._name(), depth)

    def _name(self) -> str:
        match = _NAME.match(self.text, self.at)
        assert match is not None  # it matches nothing, too
        self.at = match.end()
        return match.group()

    def _value(self, name: str, written: str) -> str:
        if name not in self.values:
            self.unset.add(name)
        return self.values.get(name, written if self.keep_unset else "")

    def _braced(self, name: str, depth: int) -> str:
        """The rest of ``${name…}``, from behind its name."""
        form = self._take(1)
        if form == "}":
            return self._value(name, f"${{{name}}}")
        if form == ":":
            form += self._take(1)
        if form == "/":
            return self._replaced(name, depth)
        if form not in {"-", "+", "?", ":-", ":+", ":?", "#", "%"}:
            raise BadSubstitutionError(f"unsupported modifier {form!r}")
        word, _ = self.read("}", depth + 1, raw_escapes=form in "#%")
        value = self.values.get(name)
        if value is None and self.keep_unset:
            return f"${{{name}{form}{word}}}"
        if form in ("#", "%"):
            return _trimmed(self._value(name, ""), word, form)
        return self._either(name, value, form, word)

    def _either(self, name: str, value: str | None, form: str, word: str) -> str:
        """The outcome of the forms that ask whether a variable is set."""
        is_set = bool(value) if form.startswith(":") else value is not None
        if form.endswith("+"):
            return word if is_set else ""
        if is_set or form.endswith("?"):
            return self._value(name, "")
        return word

    def _replaced(self, name: str, depth: int) -> str:
        """``${name/pattern/replacement}``, with ``//`` everywhere."""
        everywhere = self.text.startswith("/", self.at)
        self.at += everywhere
        pattern, _ = self.read("/", depth + 1, raw_escapes=True)
        replacement, _ = self.read("}", depth + 1, raw_escapes=True)
        if name not in self.values and self.keep_unset:
            return f"${{{name}/{pattern}/{replacement}}}"
        value = self._value(name, "")
        wanted = _pattern(pattern, value, ".*")
        return re.sub(wanted, lambda _: replacement, value, count=0 if everywhere else 1)

    def _take(self, count: int) -> str:
        self.at += count
        return self.text[self.at - count : self.at]


class _Words:
    """Words as they grow."""

    def __init__(self) -> None:
        self.finished: list[str] = []
        self.current: list[str] = []

    def add(self, piece: str, *, quoted: bool) -> None:
        """Add *piece* to the current word; one that is not *quoted* ends it at white space."""
        if quoted or not _IS_SPACE.search(piece):
            self.current.append(piece)
            return
        first, *others = _IS_SPACE.split(piece)
        self.current.append(first)
        for other in others:
            self._finish()
            self.current.append(other)

    def done(self) -> list[str]:
        self._finish()
        return self.finished

    def _finish(self) -> None:
        if word := "".join(self.current):
            self.finished.append(word)
        self.current = []


def expand(
    word: str, values: Mapping[str, str], escape: str = "\\", *, quoting: bool = True
) -> tuple[str, frozenset[str]]:
    """*word* without quotes, its variables filled in; and the names of those that it needs and have no value.

    Without *quoting*, quotes and escapes are characters like others. Raises BadSubstitutionError where
    BuildKit refuses it.
    """
    if not any(character in word for character in ("$", "'", '"', escape)):
        return word, frozenset()
    lexer = _Lexer(word, values, escape, quoting=quoting)
    return lexer.read()[0][:LONGEST], frozenset(lexer.unset)


def expand_partly(word: str, values: Mapping[str, str], escape: str = "\\") -> str:
    """As `expand`, but what has no value stays as it is written; so does a word that BuildKit refuses."""
    if not any(character in word for character in ("$", "'", '"', escape)):
        return word
    try:
        return _Lexer(word, values, escape, keep_unset=True).read()[0][:LONGEST]
    except BadSubstitutionError:
        return word


def split_words(text: str, *, raw: bool) -> list[str]:
    """The words of *text*, variables left as they are; with *raw* quotes and escapes, too.

    Raises BadSubstitutionError.
    """
    return _Lexer(text, {}, raw=raw, keep_unset=True).read()[1]


def _trimmed(value: str, pattern: str, form: str) -> str:
    """*value* without the beginning (``#``) or end (``%``) that *pattern* matches; doubled, the longest."""
    longest = pattern.startswith(form)
    wanted = _pattern(pattern[longest:], value, ".*" if longest or form == "%" else ".*?")
    if form == "#":
        match = re.match(wanted, value)
        return value[match.end() :] if match else value
    match = re.fullmatch(f"(.*{'?' if longest else ''}){wanted}", value)
    return match[1] if match else value


def _pattern(pattern: str, value: str, anything: str) -> str:
    """A shell pattern, of which BuildKit knows ``*`` and ``?``, as a regular expression."""
    if len(value) > _LONGEST_MATCHED or pattern.count("*") > _MOST_STARS:
        raise BadSubstitutionError("the value or the pattern is too long")
    pieces = (_PATTERN_PIECES.get(piece, re.escape(piece[-1])) for piece in _PATTERN_PIECE.findall(pattern))
    return "".join(anything if piece == "*" else piece for piece in pieces)
