"""Escape untrusted text for GitHub's Markdown.

Beyond CommonMark, this covers what GitHub makes of text: mentions, references to issues and commits, bare
URLs, emoji and mathematics, none of which it looks for inside code. Untrusted text can never write an HTML
comment, since one marks the comment that is to be updated.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from tf_docker_check.model.text import one_line, plain

_SPECIAL = re.compile(r"[\\`*_\[\]|~^]")
_HTML = {"\0": "<!-- -->", "&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "<span>&#36;</span>"}
# An empty comment renders as nothing, and parts what GitHub would link: @name, #123, GH-123, a@b.c,
# https://, www., :tada:.
_LINKED = re.compile(r"@|#(?=[0-9])|(?<=[Gg][Hh])-(?=[0-9])|:(?=//|[\w+-]+:)|[Ww][Ww][Ww](?=\.)")
_COMMIT = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{7,40}(?![0-9A-Za-z])")
_SHORTEST_COMMIT = 7
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~%/+:@?&=#-]*)?")
_BLOCK = re.compile(r"^( *[0-9]*)([-#+=.)])")  # heading, list or rule, at the start of a line
_CODE = re.compile(r"`([^`]+)`")


def prose(text: str, limit: int = 500) -> str:
    """Return one line of Markdown that reads as *text*; text between single backticks is code."""
    pieces = _CODE.split(one_line(text, limit))
    return "".join(code(piece) if index % 2 else _quiet(piece) for index, piece in enumerate(pieces))


def code(text: str, limit: int = 300) -> str:
    """Return *text* as inline code, also valid in tables; empty for no text."""
    line = one_line(text, limit)
    if not line:
        return ""
    if "|" in line or "<!" in line:
        # At a bar a table cell would end, and how a backslash reads depends on the place. Whoever looks
        # for a marker in the text as it is stored finds one inside code, too.
        return f"<code>{_quiet(line)}</code>"
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(text: str, language: str = "") -> str:
    """Return *text* as a fenced block that it cannot close; `<!--` in it reads `<! --`."""
    body = plain(text).strip("\n").replace("<!", "<! ")
    fence = "`" * max(3, _longest_run(body) + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def link(text: str, address: str) -> str:
    """Return *text* (already Markdown) as a link; only the text if *address* is not a plain URL."""
    return f"[{text}]({address})" if _ADDRESS.fullmatch(address) else text


def html_code(text: str, limit: int = 300) -> str:
    """Return *text* as inline code where Markdown is not read, as in a title of `fold`."""
    line = one_line(text, limit)
    return f"<code>{html.escape(line, quote=False)}</code>" if line else ""


def fold(title: str, body: str) -> str:
    """Return a section that opens on a click; *title* is our own HTML, *body* Markdown."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def grid(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown cells."""
    table = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in table)


def _quiet(text: str) -> str:
    marked = _LINKED.sub("\\g<0>\0", _COMMIT.sub(_part, text))
    escaped = _BLOCK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", marked))
    return "".join(_HTML.get(character, character) for character in escaped)


def _part(commit: re.Match[str]) -> str:
    return re.sub(f"(.{{{_SHORTEST_COMMIT - 1}}})(?=.)", "\\1\0", commit.group())


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
