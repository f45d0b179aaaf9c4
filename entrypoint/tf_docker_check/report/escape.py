"""Strangers' text inside Markdown: shown, never interpreted.

Beyond CommonMark this is about what GitHub makes of text: mentions, issue references, bare
addresses and mathematics. None of those is looked for inside code.
"""

from __future__ import annotations

import re

from tf_docker_check.model.text import one_line, plain

_SPECIAL = re.compile(r"[\\`*_\[\]|~^]")
_HTML = {"\0": "<!-- -->", "&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "<span>&#36;</span>"}
# An empty comment renders as nothing, and parts what GitHub would link: @name, #123, GH-123, a@b.c,
# https://, www.
_LINKED = re.compile(r"@|#(?=\d)|(?<=[Gg][Hh])-(?=\d)|:(?=//)|(?<=[Ww][Ww][Ww])\.")
_BLOCK = re.compile(r"^(\d*)([-#+=.)])")  # heading, list or rule, at the start of a line
_CODE = re.compile(r"`([^`]+)`")


def prose(text: str, limit: int = 500) -> str:
    """One line of Markdown that reads as *text*; what stands between single backticks is code."""
    pieces = _CODE.split(one_line(text, limit))
    return "".join(code(piece) if index % 2 else _quiet(piece) for index, piece in enumerate(pieces))


def code(text: str, limit: int = 300) -> str:
    """*text* as inline code, also inside a table; nothing where there is no text."""
    line = one_line(text, limit)
    if not line:
        return ""
    if "|" in line:  # a table cell would end there, and how a backslash reads depends on the place
        return f"<code>{_quiet(line)}</code>"
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(text: str, language: str = "") -> str:
    """*text* as a fenced block that it cannot close."""
    body = plain(text).strip("\n")
    fence = "`" * max(3, _longest_run(body) + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def _quiet(text: str) -> str:
    marked = _LINKED.sub("\\g<0>\0", text)
    escaped = _BLOCK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", marked))
    return "".join(_HTML.get(character, character) for character in escaped)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
