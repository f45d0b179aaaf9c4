"""Layers of configuration, each value with the place it was written at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tf_docker_check.config.wording import dotted_path

KeyPath = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the root."""

Value = Any
"""Text, numbers, booleans, lists and mappings of them."""


@dataclass(frozen=True, order=True)
class Place:
    """A file with line and column (both from 1), or an input (``input max-cells``, both 0)."""

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


@dataclass(frozen=True, order=True)
class Mistake:
    """An error in the configuration. `path`: the wrong key or value, if it is one."""

    place: Place
    text: str
    path: KeyPath = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class Layer:
    """Part of the configuration, in the shape of the schema, with the places of its keys and values."""

    values: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[KeyPath, Place] = field(default_factory=dict)
    places: Mapping[KeyPath, Place] = field(default_factory=dict)

    def key(self, path: KeyPath) -> Place:
        """Return the place of the key at *path*, or of the nearest key or value around it."""
        return self.keys.get(path) or self.place(path)

    def place(self, path: KeyPath) -> Place:
        """Return the place of the value at *path*, or of the nearest value around it."""
        for length in range(len(path), -1, -1):
            if place := self.places.get(path[:length]):
                return place
        return Place("the configuration")

    def mistake(self, path: KeyPath, text: str) -> Mistake:
        """Return a mistake about the value at *path*."""
        return Mistake(self.place(path), self._prefix(path) + text, path)

    def key_mistake(self, path: KeyPath, text: str) -> Mistake:
        """Return a mistake about the key at *path*, whose message begins with the section."""
        return Mistake(self.key(path), self._prefix(path[:-1]) + text, path)

    def _prefix(self, path: KeyPath) -> str:
        """Return the path as the start of a message; empty for an input, which its place names."""
        return f"{dotted_path(path)}: " if path and self.place(path).line else ""


def merge(layers: Sequence[Layer]) -> Layer:
    """Merge *layers*: later ones win, mappings are merged key by key."""
    merged = Layer()
    for layer in layers:
        merged = Layer(
            _over(merged.values, layer.values),
            {**merged.keys, **layer.keys},
            {**merged.places, **layer.places},
        )
    return merged


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        if isinstance(value, Mapping) and isinstance(under, Mapping):
            both[key] = _over(under, value)
        else:
            both[key] = value
    return both
