"""What every row of a table has, and how a row of JSON becomes a frozen value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, TypeVar

from packaging.version import Version

from tf_docker_check.model.number import parse_version
from tf_docker_check.model.prediction import Source

T = TypeVar("T")
Kind = type | tuple[type, ...]
_TYPES: dict[str, Kind] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "bool | None": (bool, type(None)),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """A fact. `source`: where it can be read or how it was measured.

    `verified`: read in a primary source, in the wheel itself, or seen in a run; else second-hand.
    A row equals only itself: a table holds each once, and comparing what is in it would be slow.
    """

    source: str
    verified: bool

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError("it names no source")

    @classmethod
    def of(cls: type[T], row: Mapping[str, Any]) -> T:
        """A row of JSON as a value; TypeError or ValueError says what is wrong with it."""
        return checked(cls, row)


@lru_cache(4096)
def version(text: str) -> Version:
    """*text* as a version that compares as one: 2.9 comes before 2.10."""
    return parse_version(text)


def source_of(name: str, row: Row) -> Source:
    """*row* as what a judgement rests on, under a *name* that people know, such as ``tensorflow 2.21.0``."""
    return Source(name, row.source, row.verified)


def minor(text: str) -> str:
    """The first two numbers of a version: ``2.16`` of ``2.16.1``."""
    return ".".join(text.split(".")[:2])


def ascending(texts: Iterable[str]) -> bool:
    """Whether the versions come in order, each once."""
    parsed = [version(text) for text in texts]
    return all(a < b for a, b in pairwise(parsed))


def checked(row_type: type[T], row: Mapping[str, Any]) -> T:
    """A dataclass *row_type* from JSON values; TypeError says what is wrong with *row*."""
    kinds = _kinds(row_type)  # type: ignore[arg-type]  # classes are hashable; typeshed doubts it
    for name, value in row.items():
        kind = kinds.get(name)
        if kind is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise TypeError(f"{name} is {value!r:.60}")
    return row_type(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})


@cache
def _kinds(row_type: type[Any]) -> dict[str, Kind]:
    """The JSON type of each plain field; fields of other types check themselves."""
    kinds = {}
    for field in fields(row_type):
        annotation = str(field.type)
        kind = list if annotation.startswith("tuple[") else _TYPES.get(annotation)
        if kind is not None:
            kinds[field.name] = kind
    return kinds
