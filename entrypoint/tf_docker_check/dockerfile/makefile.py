"""The shell commands that a target of a Makefile stands for, at their offsets in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tf_docker_check.dockerfile.source import blank

MOST_TARGETS = 20
"""Targets that one leads to."""

_RULE = re.compile(
    r"^(?P<targets>[^\s:#=][^:#=\n]*):(?![=:])(?P<needs>[^\n#;=]*)\n(?P<recipe>(?:\t[^\n]*\n|[ \t]*\n)*)",
    re.M,
)
_VARIABLE = re.compile(r"^(?P<name>[A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*(?P<value>[^\n#]*)", re.M)
_REFERENCE = re.compile(r"\$\((?P<name>[A-Za-z_]\w*)\)")
_QUIET = re.compile(r"(?m)^(\t[ \t]*)[@+-]+")


@dataclass(frozen=True)
class Recipe:
    """The commands of one target: `script` has blanks for all else that stands before them in the file."""

    script: str
    variables: Mapping[str, str]


def recipes(text: str, targets: Sequence[str]) -> Iterator[Recipe]:
    """Yield what making *targets*, or else the first one, runs: what they need comes before them."""
    text += "" if text.endswith("\n") else "\n"
    variables = {match["name"]: match["value"].strip() for match in _VARIABLE.finditer(text)}
    rules: dict[str, re.Match[str]] = {}
    for match in _RULE.finditer(text):
        for target in match["targets"].split():
            rules.setdefault(target, match)
    first = [name for name in rules if not name.startswith(".")][:1]
    for name in _in_order(rules, list(targets) or first):
        start, end = rules[name].span("recipe")
        recipe = _REFERENCE.sub(r"${\g<name>}", text[start:end]).replace("$$", " $")
        yield Recipe(blank(text[:start]) + _QUIET.sub(lambda one: blank(one[0]), recipe), variables)


def _in_order(rules: Mapping[str, re.Match[str]], targets: Sequence[str]) -> list[str]:
    """The names of *targets* and of what they need, which comes first."""
    order: list[str] = []
    waiting = [(name, False) for name in reversed(targets)]
    while waiting and len(order) < MOST_TARGETS:
        name, is_ready = waiting.pop()
        if name in order or name not in rules:
            continue
        if is_ready:
            order.append(name)
        else:
            waiting.append((name, True))
            waiting += [(need, False) for need in rules[name]["needs"].split()[::-1][:MOST_TARGETS]]
    return order
