"""What setup.py and setup.cfg declare, as far as it is written out there: nothing is run."""

from __future__ import annotations

import ast
import configparser
import io
import re
import tokenize
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from tf_docker_check.requirements.declared import Declared, chosen

MAX_TOKENS = 50_000
"""Of a setup.py; what comes behind them is not read."""

_OPENS, _CLOSES = frozenset("([{"), frozenset(")]}")
_REQUIRES, _EXTRAS = "install_requires", "extras_require"
_SKIPPED = frozenset(
    {tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
)
_FILE = re.compile(r"file:\s*(.+)", re.DOTALL)

_Tokens = Sequence[tokenize.TokenInfo]


def read_setup_cfg(text: str, extras: Collection[str] = ()) -> Declared:
    """Read what the project of this setup.cfg needs, with *extras*."""
    declared, parser = Declared(text), configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        declared.note_unread("it is not a configuration file")
        return declared
    _add_listed(declared, parser.get("options", _REQUIRES, fallback=""))
    if parser.has_section(f"options.{_EXTRAS}"):
        for name, value in chosen(dict(parser.items(f"options.{_EXTRAS}")), extras):
            declared.seek(f"\n{name}")
            _add_listed(declared, str(value))
    return declared


def _add_listed(declared: Declared, value: str) -> None:
    if file := _FILE.fullmatch(value.strip()):
        declared.files += [path.strip() for path in re.split(r"[,\n]", file[1]) if path.strip()]
        return
    for line in value.splitlines():
        if (requirement := line.partition(" #")[0].strip()) and not requirement.startswith("#"):
            declared.add_line(requirement)


def read_setup_py(text: str, extras: Collection[str] = ()) -> Declared:
    """Read what the project of this setup.py needs, with *extras*: where literals say it."""
    declared = Declared(text)
    tokens = _tokens(text)
    arguments = _arguments(tokens)
    if arguments is None:
        declared.note_unread("it calls no setup() that can be read")
        return declared
    names = _assigned(tokens)
    if _REQUIRES in arguments:
        _add_strings(declared, arguments[_REQUIRES], names, _REQUIRES)
    if extras and _EXTRAS in arguments:
        _add_extras(declared, _resolved(arguments[_EXTRAS], names), extras, names)
    if any(token.string == "**" for value in arguments.values() for token in value[:1]):
        declared.note_unread("what setup() is called with is computed")
    return declared


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens up to where Python would stop reading."""
    tokens: list[tokenize.TokenInfo] = []
    with suppress(tokenize.TokenError, SyntaxError, ValueError):  # what came before it is kept
        tokens.extend(islice(tokenize.generate_tokens(io.StringIO(text).readline), MAX_TOKENS))
    return [token for token in tokens if token.type not in _SKIPPED]


def _arguments(tokens: _Tokens) -> Mapping[str, _Tokens] | None:
    """The keyword arguments of the call of ``setup``; what begins with ``**`` under that name."""
    for index in range(len(tokens) - 1):
        before = tokens[index - 1].string if index else ""
        if tokens[index].string == "setup" and tokens[index + 1].string == "(" and before != "def":
            return dict(_keywords(list(_until_closed(tokens, index + 2))))
    return None


def _until_closed(tokens: _Tokens, start: int) -> Iterator[tokenize.TokenInfo]:
    """The tokens from *start* up to the bracket that closes what is open there."""
    depth = 0
    for token in islice(tokens, start, None):
        depth += _step(token)
        if depth < 0:
            return
        yield token


def _step(token: tokenize.TokenInfo) -> int:
    if token.type != tokenize.OP:
        return 0
    return (token.string in _OPENS) - (token.string in _CLOSES)


def _keywords(tokens: _Tokens) -> Iterator[tuple[str, _Tokens]]:
    for part in _parts(tokens):
        if len(part) > 2 and part[1].string == "=":
            yield part[0].string, part[2:]
        elif part and part[0].string == "**":
            yield "**", part


def _parts(tokens: _Tokens) -> Iterator[_Tokens]:
    """*tokens* divided at the commas that are in no bracket."""
    depth, part = 0, list[tokenize.TokenInfo]()
    for token in tokens:
        depth += _step(token)
        if token.string == "," and not depth:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _assigned(tokens: _Tokens) -> Mapping[str, _Tokens]:
    """The lists and tables that names at the beginning of a line are set to; a name that is set twice to the last."""
    names: dict[str, _Tokens] = {}
    index = 0
    while index < len(tokens) - 2:
        token, equals, opens = tokens[index : index + 3]
        if token.start[1] == 0 and equals.string == "=" and opens.string in ("[", "{", "("):
            value = [opens, *_until_closed(tokens, index + 3)]
            names[token.string] = [*value, *tokens[index + 2 + len(value) : index + 3 + len(value)]]
            index += len(value)
        index += 1
    return names


def _resolved(value: _Tokens, names: Mapping[str, _Tokens]) -> _Tokens:
    """*value*; where it is a name, what that was set to."""
    return names.get(value[0].string, value) if len(value) == 1 else value


def _add_strings(declared: Declared, value: _Tokens, names: Mapping[str, _Tokens], what: str) -> None:
    """Add the requirements of a list of strings; what else there is, is not known."""
    value = _resolved(value, names)
    brackets = "".join(token.string for token in (value[0], value[-1])) if value else ""
    if brackets not in ("[]", "()"):
        declared.note_unread(f"{what} is computed")
        return
    for part in _parts(value[1:-1]):
        line = _string(part)
        if line is None and part:
            declared.note_unread(f"some of {what} is computed")
        elif line:
            declared.add_line(line)


def _string(tokens: _Tokens) -> str | None:
    """The string that *tokens* write out; None where they are something else."""
    if not tokens or any(token.type != tokenize.STRING for token in tokens):
        return None
    try:
        pieces = [ast.literal_eval(token.string) for token in tokens]
    except (ValueError, SyntaxError):  # an f-string before 3.12, or bytes that are none
        return None
    return "".join(pieces) if all(isinstance(piece, str) for piece in pieces) else None


def _add_extras(
    declared: Declared, value: _Tokens, extras: Collection[str], names: Mapping[str, _Tokens]
) -> None:
    if not value or value[0].string != "{" or value[-1].string != "}":
        declared.note_unread(f"{_EXTRAS} is computed")
        return
    tables: dict[str, object] = {}
    for part in _parts(value[1:-1]):
        name = _string(part[:1])
        if name is not None and len(part) > 2 and part[1].string == ":":
            tables[name] = part[2:]
    for name, tokens in chosen(tables, extras):
        assert isinstance(tokens, list | tuple)  # as they were put in
        _add_strings(declared, tokens, names, f"the extra {name:.40}")
