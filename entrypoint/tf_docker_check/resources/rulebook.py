"""The rules of lint as people read them: one page each in `rules/`.

A page is Markdown: a heading with the title, a list of `severity` and `source`, the explanation, and
under ``## Flags`` and ``## Passes`` the examples that the tests hold the rule to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from tf_docker_check.resources.files import BadData, names, text

FOLDER = "rules"
_HEAD = re.compile(
    r"# (?P<title>.+)\n\n- severity: (?P<severity>error|warning|note)\n- source: (?P<source>.+)\n\n"
)
_BLOCK = re.compile(r"```(?P<language>[\w-]+)(?P<options>[^\n]*)\n(?P<text>.*?)```\n", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """A rule's page. `text` is all of it below the list, as Markdown."""

    id: str
    title: str
    severity: str
    source: str
    text: str

    @property
    def summary(self) -> str:
        """The first paragraph, on one line."""
        return " ".join(self.text.partition("\n\n")[0].split())


@dataclass(frozen=True)
class File:
    """A file of an example. `at`: where the rule flags it, ``line:column``; `fixed`: as `--fix` leaves it."""

    name: str
    text: str
    at: tuple[str, ...]
    fixed: str = ""


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by id."""
    return {name: _rule(name) for name in names(FOLDER, ".md")}


def examples(rule: Rule, heading: str) -> list[list[File]]:
    """The examples under ``## heading``: blocks of different files without a word between them are one."""
    section = rule.text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    groups: list[list[File]] = []
    end = 0
    for match in _BLOCK.finditer(section):
        options = dict(_options(match["options"]))
        if "fixed" in options:
            groups[-1].append(replace(groups[-1].pop(), fixed=match["text"]))
        else:
            at = tuple(filter(None, options.get("at", "").split(",")))
            file = File(options.get("file", "Dockerfile"), match["text"], at)
            apart = bool(section[end : match.start()].strip())
            if apart or not groups or file.name in [other.name for other in groups[-1]]:
                groups.append([])
            groups[-1].append(file)
        end = match.end()
    return groups


def _rule(name: str) -> Rule:
    page = text(f"{FOLDER}/{name}.md")
    head = _HEAD.match(page)
    if head is None:
        raise BadData(f"the data file {FOLDER}/{name}.md does not begin with title, severity and source")
    return Rule(name, head["title"], head["severity"], head["source"], page[head.end() :])


def _options(words: str) -> Iterator[tuple[str, str]]:
    for word in words.split():
        key, _, value = word.partition("=")
        yield key, value
