"""Valid documents, bent: pieces cut out, doubled, moved, and replaced by what readers choke on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, AnyStr

from hypothesis import strategies as st

DIGITS = "@digits@"
"""Stands for more digits than Python converts, in values that are dumped as JSON."""

NASTY = (
    "", " ", "\n", "\r\n", "\r", "\t", "\0", "\x1b[31m", "\x9b2J", "\u202e", "\u200b", "\u2028", "\x85", "\xa0",
    "\ufeff", "\ufffe", "\U000e0001", "١", "²", "½", "ſ", "İ", "ß", "é", "日本", "1" * 5000, "-1", "1e400", "0x1f",
    "[" * 1200, "{" * 60, "(" * 300, "a" * 5000, "\\" * 3, '"', "'", "`", "$", "${", "%", "&", "*", ",", ":", ";",
    "<", ">", "=", "@", "#", "|", "~", "^", "!", "?", "/", "../", "-", ".", "NaN", "Infinity", "null", "true", "0",
)  # fmt: skip
_KINDS = ("put", "put", "over", "cut", "again", "move", "line", "letter")
_CHANGE = st.integers(0, 2**64 - 1).map(lambda drawn: (drawn + 1) * 0x9E3779B97F4A7C15 % 2**64)
"""One change, all of it, for a draw costs more than most of what is fuzzed; spread, for small ones are frequent."""


def bent(samples: Sequence[AnyStr], tokens: Sequence[AnyStr], most: int = 6) -> st.SearchStrategy[AnyStr]:
    """One of *samples* after up to *most* changes, which put in *tokens*, or what readers choke on."""
    nasty: list[Any] = list(NASTY) if isinstance(samples[0], str) else [each.encode() for each in NASTY]
    pieces_ = [*tokens, *nasty]

    def made(sample: AnyStr, changes: Sequence[int]) -> AnyStr:
        for change in changes:
            sample = _changed(sample, change, pieces_)
        return sample

    return st.builds(made, st.sampled_from(list(samples)), st.lists(_CHANGE, max_size=most))


def _changed(text: Any, change: int, pieces_: Sequence[Any]) -> Any:
    rest, kind = divmod(change, len(_KINDS))
    rest, number = divmod(rest, len(pieces_))
    rest, length = divmod(rest, 80)
    at = rest % (len(text) + 1)
    end = at + length
    piece = pieces_[number]
    if _KINDS[kind] == "put":
        return text[:at] + piece + text[at:]
    if _KINDS[kind] == "over":
        return text[:at] + piece + text[end:]
    if _KINDS[kind] == "cut":
        return text[:at] + text[end:]
    if _KINDS[kind] == "again":
        return text[:end] + text[at:end] * (number % 5) + text[end:]
    if _KINDS[kind] == "move":
        return text[:at] + text[end:] + text[at:end]
    if _KINDS[kind] == "letter":
        return text[:at] + _letter(text, rest) + text[at + number % 2 :]
    return _without_line(text, rest)


def _letter(text: Any, number: int) -> Any:
    """Any one character, mostly of the first few hundred; of bytes any one."""
    if isinstance(text, bytes):
        return bytes([number % 256])
    point = number % 0x400 if number % 4 else number % 0x110000
    return "" if 0xD800 <= point < 0xE000 else chr(point)


def _without_line(text: Any, where: int) -> Any:
    lines = text.splitlines(keepends=True)
    at = where % (len(lines) + 1)
    return text[:0].join(lines[:at] + lines[at + 1 :])


SCALARS: Sequence[Any] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**64), 10**400, 0.5, 1e308, float("inf"), float("nan"),
    DIGITS, [], {}, [[]], [{}], {"a": {}}, [None], "a", "\ud800", *NASTY,
)  # fmt: skip


def bent_json(
    documents: Sequence[Any], values: Sequence[Any] = (), most: int = 4
) -> st.SearchStrategy[bytes]:
    """The JSON of one of *documents* after up to *most* changes of its values and keys, most of the same type.

    A few are bent as bytes.
    """
    spelled = [json.dumps(document) for document in documents]
    choices = [*values, *SCALARS]

    def made(text: str, changes: Sequence[int]) -> bytes:
        document = json.loads(text)
        for change in changes:
            document = _at(document, change, choices)
        return json.dumps(document).replace(f'"{DIGITS}"', "9" * 5000).encode()

    whole = st.builds(made, st.sampled_from(spelled), st.lists(_CHANGE, max_size=most))
    broken = bent([each.encode() for each in spelled], [b'"', b"{", b"}", b"[", b"]", b",", b":"])
    return st.integers(0, 7).flatmap(lambda number: broken if number == 7 else whole)


def _at(node: Any, change: int, choices: Sequence[Any]) -> Any:
    """*node* with one value somewhere in it replaced, renamed, deleted, or a copy of another put there."""
    if not isinstance(node, dict | list) or not node:
        return choices[change % len(choices)]
    keys = list(node) if isinstance(node, dict) else range(len(node))
    rest, number = divmod(change, len(keys))
    key = keys[number]
    rest, kind = divmod(rest, 8)
    value = choices[rest % len(choices)]
    like = [each for each in choices if type(each) is type(node[key])] or choices
    if kind and isinstance(node[key], dict | list) and node[key]:
        node[key] = _at(node[key], rest, choices)
    elif kind == 1:
        del node[key]
    elif kind == 2 and isinstance(node, dict):
        node[value if isinstance(value, str) else repr(value)[:20]] = node.pop(key)
    elif kind == 3:
        node[key] = json.loads(json.dumps(node[keys[rest % len(keys)]]))
    elif kind == 4 and isinstance(node, list):
        node.append(json.loads(json.dumps(node[key])))
    elif kind > 5 and isinstance(node[key], str):
        node[key] = _changed(node[key], rest, [each for each in choices if isinstance(each, str)])
    else:
        node[key] = json.loads(json.dumps(like[rest % len(like)] if kind > 2 else value))
    return node


def pieces(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    """*data* in pieces, as a stream may bring it: cut at *cuts*, taken modulo its length."""
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


CUTS = st.lists(st.integers(0, 2**16), max_size=4)
