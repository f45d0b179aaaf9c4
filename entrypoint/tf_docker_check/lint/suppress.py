"""Comments that silence a rule in one place, with a reason: ``# tf-docker-check: ignore=TFD010 …``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.lint.issue import Remark
from tf_docker_check.model.text import one_line

_COMMENT = re.compile(r"#[ \t]*tf-docker-check:[ \t]*(?P<what>[^\n]*)", re.IGNORECASE)
_IGNORE = re.compile(r"ignore=(?P<ids>[\w,-]+)[ \t]*(?P<reason>[^\r\n]*)", re.IGNORECASE)
FARTHEST = 50  # lines between a comment and the line it covers
MOST = 1000  # comments of one file that are read
_SHORTEST_REASON = 4  # letters


@dataclass(frozen=True)
class Ignore:
    """Rules that are silenced on the lines from `first` to `last`, inclusive."""

    rules: frozenset[str]
    first: int
    last: int


def read_ignores(
    source: Source, known: Collection[str], blocks: Collection[tuple[int, int]] = ()
) -> list[Ignore]:
    """Return the valid comments of *source*. *blocks*: first and last line of each instruction."""
    good = ((match, ids) for match, ids, wrong in _parse_comments(source, known) if not wrong)
    return [_reach(source, match, frozenset(ids), blocks) for match, ids in islice(good, MOST)]


def check_comments(source: Source, known: Collection[str]) -> Iterator[Remark]:
    """Yield a remark (TFD002) for each comment that silences nothing."""
    for match, _, why in _parse_comments(source, known):
        if why:
            span = Span(source, match.start(), match.end("what"))
            yield Remark(span, why, "write # tf-docker-check: ignore=TFD010 and the reason")


def _parse_comments(source: Source, known: Collection[str]) -> Iterator[tuple[re.Match[str], list[str], str]]:
    """Yield each `tf-docker-check:` comment, the rules it names, and what is wrong with it or empty."""
    if "tf-docker-check:" not in source.text:
        return
    for match in _COMMENT.finditer(source.text):
        ignore = _IGNORE.match(match["what"])
        if ignore is None:
            yield match, [], f"this comment silences nothing: {one_line(match['what'], 60)!r}"
            continue
        ids = [rule.upper() for rule in ignore["ids"].split(",") if rule]
        unknown = [rule for rule in ids if rule not in known]
        if unknown:
            yield match, ids, f"unknown rule {one_line(unknown[0], 40)}"
        elif sum(map(str.isalpha, ignore["reason"])) < _SHORTEST_REASON:
            yield match, ids, f"this comment has no reason, so {', '.join(ids)} is not silenced"
        else:
            yield match, ids, ""


def _reach(
    source: Source, match: re.Match[str], rules: frozenset[str], blocks: Collection[tuple[int, int]]
) -> Ignore:
    """Return the lines a comment covers: its own, or if it stands alone the next one, with its instruction."""
    line, column = source.place(match.start())
    first = last = line
    if not source.line(line)[: column - 1].strip():
        end = min(len(source.starts), line + FARTHEST)
        last = next((n for n in range(line, end) if not _is_comment(source.line(n))), end)
    for begin, end in blocks:
        if begin <= last <= end:
            first, last = min(first, begin), end
    return Ignore(rules, first, last)


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
