"""Compose YAML of strangers: the nodes with their places, within limits on depth."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import yaml

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line

DEEPEST = 30
_OTHER_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
"""What ends a line for YAML and for nobody else: places in the text would not be those that a reader counts."""

Composed = TypeVar("Composed")


def compose(text: str, file: str) -> yaml.Node | None:
    """Compose *text*, of which *file* is the name. Raises UsageError with the place of what is wrong."""
    text = _OTHER_BREAKS.sub(" ", text)
    return _guard(text, file, lambda: yaml.compose(text, Loader=yaml.CSafeLoader))


def compose_all(text: str, file: str) -> list[yaml.Node]:
    """As `compose`, for every document of a stream."""
    text = _OTHER_BREAKS.sub(" ", text)
    return _guard(text, file, lambda: list(yaml.compose_all(text, Loader=yaml.CSafeLoader)))


def _guard(text: str, file: str, compose: Callable[[], Composed]) -> Composed:
    try:
        _refuse_deep(text, file)
        return compose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        why = ", ".join(filter(None, (error.context, error.problem)))
        what = f"invalid YAML: {one_line(why)}"
        raise _refusal(file, line, column, what, _remedy(text, line, column)) from None
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        raise _refusal(file, line, 1, f"invalid YAML: {error.reason}") from None


def _refuse_deep(text: str, file: str) -> None:
    """Raise UsageError for deep nesting: composing recurses in C and would overflow the stack."""
    depth, event = 0, None
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += _nesting(event, yaml.CollectionStartEvent, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise _refusal(file, *position(event), _TOO_DEEP)
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
                raise _refusal(file, line + 1, index - text.rfind("\n", 0, index), _TOO_DEEP)
    except yaml.YAMLError:
        return


_TOO_DEEP = f"nested more than {DEEPEST} levels deep"
_FLOW_STARTS = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_FLOW_ENDS = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


def _nesting(item: object, starts: type | tuple[type, ...], ends: type | tuple[type, ...]) -> int:
    return isinstance(item, starts) - isinstance(item, ends)


def _remedy(text: str, line: int, column: int) -> str:
    written = text.split("\n")[line - 1 : line]
    if written and "\t" in written[0][:column]:
        return "indent with spaces: YAML allows no tabs there"
    return "check this line and the line above it"


def _refusal(file: str, line: int, column: int, what: str, remedy: str = "") -> UsageError:
    return UsageError(f"{file}:{line}:{column}: {what}", remedy=remedy)


def position(marked: yaml.Node | yaml.Event) -> tuple[int, int]:
    """The line and the column that *marked* begins at, from 1."""
    mark = marked.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
