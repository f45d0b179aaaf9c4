"""What we know of causes: one file each in `causes/`, and the clues and harmless messages beside them.

A *signature* is a pattern that speaks for a cause, a *clue* one that speaks for none but tells how
to read the others, a *harmless message* one that explains itself away. Patterns are RE2's, over one
line of Latin-1 text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from string import Formatter
from typing import Any

from tf_docker_check.resources import files
from tf_docker_check.resources.spellings import expand

FOLDER = "causes"
IMAGE, MACHINE, QUESTION = "image", "machine", "question"
UNJUDGED = frozenset({"network", "registry", "disk", "memory"})
"""Where a cause may lie that keeps an image from being judged: what is missing comes and goes."""

PLACES = frozenset({IMAGE, MACHINE, QUESTION}) | UNJUDGED
"""Where a cause may lie; QUESTION: what was asked for does not exist."""

NOT_SHORT = "proof-against-memory"
"""What stands in no text: the kernel counted no kill for want of memory where it would have."""

END = "end:"
"""Before the name of what stands in the last lines of a log."""


@dataclass(frozen=True)
class When:
    """Conditions, all of which must hold.

    `any`, `all` and `none` name what else stands in the same text: a clue, a signature as
    ``cause/name``, or a cause for any of its signatures; with ``end:`` before it, what stands in the last
    lines. An unknown stage is in no `stage` and in no `not_stage`.
    """

    stage: tuple[str, ...] = ()
    not_stage: tuple[str, ...] = ()
    gpu: tuple[str, ...] = ()  # expected | none | unknown
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*self.any, *self.all, *self.none))


@dataclass(frozen=True)
class Pattern:
    """What to look for in a line, and what in the same line says that it is not meant.

    With `newer` it captures two versions and counts only where that one (1 or 2) is the newer.
    """

    pattern: str
    but_not: str = ""
    newer: int = 0
    matches: tuple[str, ...] = ()  # lines that must match, as programs print them
    ignores: tuple[str, ...] = ()  # lines that look alike and must not


@dataclass(frozen=True)
class Signature:
    """A pattern that speaks for a cause; the heavier, the more it decides."""

    name: str
    look: Pattern
    weight: float
    when: When = When()


@dataclass(frozen=True)
class Remedy:
    """What to do. `edit` is the mechanical part: ``{"pip": "numpy<2"}``, ``{"run": "--gpus all"}``.

    `reads` has a pattern for each ``{name}`` in the text; its first group is the value. A remedy whose
    values are not all in the log does not apply.
    """

    text: str
    when: When = When()
    edit: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Alternative:
    """Another cause that prints much the same, and the fact that tells it from this one."""

    cause: str
    fact: str


@dataclass(frozen=True)
class Cause:
    """One id of the causes: what it means, what to do, and how to know it.

    `lies_with` is one of `PLACES`; `limited_by` the run option that may set the limit it is about;
    `instead` has the causes that it may be mistaken for.
    """

    id: str
    title: str
    meaning: str
    lies_with: str
    limited_by: str
    remedies: tuple[Remedy, ...]
    explains: tuple[str, ...]  # causes that are only its consequences
    signatures: tuple[Signature, ...]
    instead: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class Clue:
    """A pattern that tells how to read others.

    With `at_least` it counts only where its first captured number is that share of its second.
    `infers` is what it says of where the text comes from: ``{"stage": "build"}``, ``{"runtime": "Podman"}``.
    One that is only `at_end` is searched for in the last lines only, where it may be frequent.
    """

    name: str
    look: Pattern
    at_least: float = 0.0
    infers: Mapping[str, str] = field(default_factory=dict)
    at_end: bool = False


@dataclass(frozen=True)
class Harmless:
    """A message that alarms for nothing, and one sentence why."""

    name: str
    look: Pattern
    why: str
    when: When = When()


@cache
def causes() -> Mapping[str, Cause]:
    """Every cause by id, in the order of their ids."""
    by_id = {name: _cause(name) for name in files.names(FOLDER, ".json")}
    prove(by_id, clues())
    return by_id


def lies_with(cause: str) -> str:
    """Where the cause of that id lies; empty for one that is not known (a stranger's results hold any)."""
    known = causes().get(cause)
    return known.lies_with if known else ""


@cache
def clues() -> Mapping[str, Clue]:
    """Every clue by name."""
    rows = _rows("clues.json")
    return {
        row["name"]: Clue(
            row["name"],
            _pattern(row),
            row.get("at_least", 0.0),
            row.get("infers", {}),
            row.get("at_end", False),
        )
        for row in rows
    }


@cache
def harmless() -> Mapping[str, Harmless]:
    """Every harmless message by name."""
    rows = _rows("noise.json")
    return {row["name"]: Harmless(row["name"], _pattern(row), row["why"], _when(row)) for row in rows}


def _cause(name: str) -> Cause:
    path = f"{FOLDER}/{name}.json"
    row = files.document(path)
    try:
        return Cause(
            id=row["id"],
            title=row["title"],
            meaning=row["meaning"],
            lies_with=row["lies_with"],
            limited_by=row.get("limited_by", ""),
            remedies=tuple(map(_remedy, row["remedies"])),
            explains=tuple(row["explains"]),
            signatures=tuple(
                Signature(one["name"], _pattern(one), one["weight"], _when(one)) for one in row["signatures"]
            ),
            instead=tuple(Alternative(one["cause"], one["fact"]) for one in row.get("instead", ())),
        )
    except (KeyError, TypeError) as error:
        raise files.BadData(f"the data file {path} is no cause", why=repr(error)) from None


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(files.text(name))
    return rows


def _remedy(row: Mapping[str, Any]) -> Remedy:
    return Remedy(row["text"], _when(row), row.get("edit", {}), row.get("reads", {}))


def _pattern(row: Mapping[str, Any]) -> Pattern:
    return Pattern(
        expand(row["pattern"]),
        expand(row.get("but_not", "")),
        row.get("newer", 0),
        tuple(row["matches"]),
        tuple(row["ignores"]),
    )


def _when(row: Mapping[str, Any]) -> When:
    return When(**{key: tuple(names) for key, names in row.get("when", {}).items()})


def prove(by_id: Mapping[str, Cause], known: Mapping[str, Clue]) -> None:
    """Ids resolve, every cause has a remedy, and nothing explains itself by a detour."""
    signatures = {f"{cause.id}/{one.name}" for cause in by_id.values() for one in cause.signatures}
    names = signatures | set(known) | set(by_id) | {NOT_SHORT}
    for name, cause in by_id.items():
        path = f"{FOLDER}/{name}.json"
        files.prove(cause.id == name, path, f"its id is {cause.id}")
        files.prove(bool(cause.remedies), path, "it has no remedy")
        files.prove(cause.lies_with in PLACES, path, f"it lies with {cause.lies_with}, which is no place")
        unknown = {*cause.explains, *(one.cause for one in cause.instead)} - set(by_id)
        unknown |= {one.removeprefix(END) for when in _conditions(cause) for one in when.names} - names
        files.prove(not unknown, path, f"unknown names: {', '.join(sorted(unknown))}")
        for remedy in cause.remedies:
            quoted = (
                {name for _, name, *_ in Formatter().parse(remedy.text) if name} if remedy.reads else set()
            )
            files.prove(
                quoted == set(remedy.reads), path, f"a remedy quotes {sorted(quoted)} and reads others"
            )
        files.prove(name not in consequences(by_id, name), path, "it explains itself")


def _conditions(cause: Cause) -> Iterator[When]:
    yield from (one.when for one in cause.signatures)
    yield from (one.when for one in cause.remedies)


def consequences(by_id: Mapping[str, Cause], name: str) -> frozenset[str]:
    """Every cause that *name* explains, directly or not."""
    seen: set[str] = set()
    ahead = list(by_id[name].explains)
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead.extend(by_id[one].explains)
    return frozenset(seen)
