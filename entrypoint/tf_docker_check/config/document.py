"""Read YAML with every scalar as text and the line and column of every value.

Versions, dates, ``on`` and ``yes`` stay as written; `config.schema` converts numbers and booleans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import yaml

from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Place, Value
from tf_docker_check.config.wording import show_value
from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line
from tf_docker_check.project.read import decode

MOST_BYTES = 1024 * 1024
DEEPEST = 30
MOST_VALUES = 20_000  # with every alias written out
_OURS = "tag:yaml.org,2002:"
_MERGE = f"{_OURS}merge"
Composed = TypeVar("Composed")


def read(data: bytes, file: str) -> tuple[Layer, list[Mistake]]:
    """Read *data* as a layer, with mistakes such as duplicate keys. *file* is its name in messages.

    Raises UsageError for invalid YAML, for what is no mapping, and above the limits on size and depth.
    """
    text = _text(data, file)
    node = _compose(text, file, lambda: yaml.compose(text, Loader=yaml.CSafeLoader))
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
    nodes = _compose(text, file, lambda: list(yaml.compose_all(text, Loader=yaml.CSafeLoader)))
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


def _compose(text: str, file: str, compose: Callable[[], Composed]) -> Composed:
    """Return what *compose* makes of *text*. Raises UsageError with the place of what is wrong."""
    try:
        _refuse_deep(text, file)
        return compose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        why = ", ".join(filter(None, (error.context, error.problem)))
        raise _refusal(place, f"invalid YAML: {one_line(why)}", _remedy(text, place)) from None
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        raise _refusal(Place(file, line, 1), f"invalid YAML: {error.reason}") from None


def _refuse_deep(text: str, file: str) -> None:
    """Raise UsageError for deep nesting: composing recurses in C and would overflow the stack."""
    depth, event = 0, None
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += _nesting(event, yaml.CollectionStartEvent, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise _refusal(_at(file, event), _TOO_DEEP)
    except yaml.MarkedYAMLError as error:
        # libyaml reads ahead and has a limit of its own (1,000, since 0.2.6): ours comes first.
        start = event.end_mark.index if event and event.end_mark else 0
        _refuse_deep_flow(text, start, error.problem_mark.index if error.problem_mark else start, depth, file)
        raise


def _refuse_deep_flow(text: str, start: int, end: int, depth: int, file: str) -> None:
    """Refuse what is nested too deep in text[start:end], which libyaml read ahead from *depth*."""
    try:
        for token in yaml.scan(text[start:end], Loader=yaml.SafeLoader):
            depth += _nesting(token, _FLOW_STARTS, _FLOW_ENDS)
            if depth > DEEPEST:
                index = start + token.start_mark.index
                line = text.count("\n", 0, index)
                raise _refusal(Place(file, line + 1, index - text.rfind("\n", 0, index)), _TOO_DEEP)
    except yaml.YAMLError:
        return


_TOO_DEEP = f"nested more than {DEEPEST} levels deep"
_FLOW_STARTS = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_FLOW_ENDS = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


def _nesting(item: object, starts: type | tuple[type, ...], ends: type | tuple[type, ...]) -> int:
    return isinstance(item, starts) - isinstance(item, ends)


def _remedy(text: str, place: Place) -> str:
    line = text.split("\n")[place.line - 1 : place.line]
    if line and "\t" in line[0][: place.column]:
        return "indent with spaces: YAML allows no tabs there"
    return "check this line and the line above it"


def _refusal(place: Place, what: str, remedy: str = "") -> UsageError:
    return UsageError(f"{place}: {what}", remedy=remedy)


def _at(file: str, marked: yaml.Node | yaml.Event) -> Place:
    mark = marked.start_mark
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)


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
