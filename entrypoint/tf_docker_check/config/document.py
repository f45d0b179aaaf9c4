"""Read YAML with every scalar as text and the line and column of every value.

Versions, dates, ``on`` and ``yes`` stay as written; `config.schema` converts numbers and booleans.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Place, Value
from tf_docker_check.config.wording import shown
from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line
from tf_docker_check.project.read import decode

MOST_BYTES = 1024 * 1024
DEEPEST = 30
MOST_VALUES = 20_000  # with every alias written out
_OURS = "tag:yaml.org,2002:"


def read(data: bytes, file: str) -> tuple[Layer, list[Mistake]]:
    """Read *data* as a layer, with mistakes such as duplicate keys. *file* is its name in messages.

    Raises UsageError for invalid YAML, for what is no mapping, and above the limits on size and depth.
    """
    node = _compose(_text(data, file), file)
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


def _text(data: bytes, file: str) -> str:
    if len(data) > MOST_BYTES:
        raise UsageError(f"{file} is larger than {MOST_BYTES} bytes, the limit for configuration files")
    return decode(data, file)


def _compose(text: str, file: str) -> yaml.Node | None:
    try:
        _refuse_deep(text, file)
        return yaml.compose(text, Loader=yaml.CSafeLoader)
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
            depth += _opened(event, yaml.CollectionStartEvent, yaml.CollectionEndEvent)
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
            depth += _opened(token, _FLOW_STARTS, _FLOW_ENDS)
            if depth > DEEPEST:
                index = start + token.start_mark.index
                line = text.count("\n", 0, index)
                raise _refusal(Place(file, line + 1, index - text.rfind("\n", 0, index)), _TOO_DEEP)
    except yaml.YAMLError:
        return


_TOO_DEEP = f"nested more than {DEEPEST} levels deep"
_FLOW_STARTS = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_FLOW_ENDS = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


def _opened(item: object, starts: type | tuple[type, ...], ends: type | tuple[type, ...]) -> int:
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
            self.mistakes.append(Mistake(place, f"unsupported YAML tag {shown(node.tag)}"))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return None if _is_null(node) else str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for key, value in node.value:
            place = _at(self.file, key)
            if not isinstance(key, yaml.ScalarNode):
                self.mistakes.append(Mistake(place, "a key must be a plain scalar"))
                continue
            key_path = (*path, str(key.value))
            if key_path in self.keys:
                duplicate = f"duplicate key {shown(key.value)}; first on line {self.keys[key_path].line}"
                self.mistakes.append(Mistake(place, duplicate))
                continue
            self.keys[key_path] = place
            values[key.value] = self.value(value, key_path)
        return values
