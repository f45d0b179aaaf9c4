"""Read YAML with every scalar as text and the line and column of every value.

Versions, dates, ``on`` and ``yes`` stay as written; `config.schema` converts numbers and booleans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Place, Value
from tf_docker_check.config.wording import show_value
from tf_docker_check.errors import UsageError
from tf_docker_check.project.read import decode
from tf_docker_check.project.yaml_nodes import DEEPEST, compose, compose_all, position

MOST_BYTES = 1024 * 1024
MOST_VALUES = 20_000  # with every alias written out
_OURS = "tag:yaml.org,2002:"
_MERGE = f"{_OURS}merge"


def read(data: bytes, file: str) -> tuple[Layer, list[Mistake]]:
    """Read *data* as a layer, with mistakes such as duplicate keys. *file* is its name in messages.

    Raises UsageError for invalid YAML, for what is no mapping, and above the limits on size and depth.
    """
    text = _text(data, file)
    node = compose(text, file)
    walk = _Walk(file)
    if node is None or _is_null(node):
        return Layer(places={(): Place(file, 1, 1)}), []
    if not isinstance(node, yaml.MappingNode):
        raise _refusal(
            Place(file, 1, 1),
            "a mapping of keys to values is expected",
            "start with a line such as `version: 1`",
        )
    values = walk.value(node, ())
    return Layer(values, walk.keys, walk.places), walk.mistakes


def read_all(text: str, file: str) -> list[Layer]:
    """Read every document of a YAML stream that is a mapping, as `read`; mistakes are passed over."""
    nodes = compose_all(text, file)
    layers = []
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            walk = _Walk(file)
            layers.append(Layer(walk.value(node, ()), walk.keys, walk.places))
    return layers


def _text(data: bytes, file: str) -> str:
    if len(data) > MOST_BYTES:
        raise UsageError(f"{file} is larger than {MOST_BYTES} bytes, the limit for configuration files")
    return decode(data, file)


def _refusal(place: Place, what: str, remedy: str = "") -> UsageError:
    return UsageError(f"{place}: {what}", remedy=remedy)


def _at(file: str, node: yaml.Node) -> Place:
    return Place(file, *position(node))


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == f"{_OURS}null"


@dataclass
class _Walk:
    """Converts nodes to plain values and records their places."""

    file: str
    keys: dict[KeyPath, Place] = field(default_factory=dict)
    places: dict[KeyPath, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    values: int = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Value:
        place = self.places[path] = _at(self.file, node)
        self.values += 1
        if self.values > MOST_VALUES or len(path) > DEEPEST:
            raise _refusal(place, f"more than {MOST_VALUES} values, or a recursive alias")
        if not node.tag.startswith(_OURS):
            self.mistakes.append(Mistake(place, f"unsupported YAML tag {show_value(node.tag)}"))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return None if _is_null(node) else str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Value]:
        values: dict[str, Value] = {}
        merged: list[yaml.MappingNode] = []
        for key, value in node.value:
            if key.tag == _MERGE:
                merged += self._mappings_to_merge(value)
            elif self._is_new(key, path):
                values[key.value] = self._entry(key, value, path)
        for other in merged:
            for key, value in self._pairs(other, 0):
                if isinstance(key, yaml.ScalarNode) and key.value not in values:
                    values[key.value] = self._entry(key, value, path)
        return values

    def _entry(self, key: yaml.ScalarNode, value: yaml.Node, path: KeyPath) -> Value:
        below = (*path, str(key.value))
        self.keys[below] = _at(self.file, key)
        return self.value(value, below)

    def _is_new(self, key: yaml.Node, path: KeyPath) -> bool:
        """Whether *key* can be a key, and is not there already."""
        place = _at(self.file, key)
        if not isinstance(key, yaml.ScalarNode):
            self.mistakes.append(Mistake(place, "a key must be a plain scalar"))
            return False
        if first := self.keys.get((*path, str(key.value))):
            what = f"duplicate key {show_value(key.value)}; first on line {first.line}"
            self.mistakes.append(Mistake(place, what))
        return first is None

    def _mappings_to_merge(self, node: yaml.Node) -> list[yaml.MappingNode]:
        """Return the mappings that the merge key ``<<`` brings."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        wrong = [one for one in nodes if not isinstance(one, yaml.MappingNode)]
        self.mistakes += [
            Mistake(_at(self.file, one), "`<<` must be a mapping or a list of them") for one in wrong
        ]
        return [one for one in nodes if isinstance(one, yaml.MappingNode)]

    def _pairs(self, node: yaml.MappingNode, depth: int) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        """Yield the keys and values of *node*, its own before those that it merges."""
        self.values += 1
        if self.values > MOST_VALUES or depth > DEEPEST:
            raise _refusal(_at(self.file, node), f"more than {MOST_VALUES} values, or a recursive alias")
        yield from ((key, value) for key, value in node.value if key.tag != _MERGE)
        for key, value in node.value:
            for other in self._mappings_to_merge(value) if key.tag == _MERGE else ():
                yield from self._pairs(other, depth + 1)
