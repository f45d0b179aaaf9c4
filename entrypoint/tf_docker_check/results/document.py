"""Read and write results.json.

docs/results.md describes the document; its JSON Schema is resources/schema/results.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from typing import Any, TypeVar

import msgspec

from tf_docker_check.errors import UsageError
from tf_docker_check.model.results import SCHEMA_VERSION, Results

T = TypeVar("T")

MAX_BYTES = 256 * 1024 * 1024
MAX_DEPTH = 16  # of what a fact may hold
MAX_NUMBER = 2**63  # of bytes; a float cannot hold what is much larger
MOST = {
    "cells": 10_000,
    "runners": 100,
    "engines": 1_000,
    "exclusions": 100_000,
    "notes": 10_000,
    "findings": 50_000,
    "harmless messages": 100_000,
}
"""What a document may hold, so that a stranger's is told within a minute."""

_MORE = "run `tf-docker-check run` again to write a new one"


class _Head(msgspec.Struct):
    schema: int


def dump(results: Results) -> bytes:
    """Return the document: UTF-8, stable order of keys, a newline at the end. Never fails.

    What JSON or UTF-8 cannot represent is replaced: a lone surrogate by `?`, NaN by null.
    """
    return msgspec.json.format(_encode(results), indent=1) + b"\n"


def dump_line(results: Results) -> bytes:
    """Return the document on one line, otherwise as `dump`."""
    return _encode(results) + b"\n"


def _encode(results: Results) -> bytes:
    try:
        return msgspec.json.encode(results, order="deterministic")
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(msgspec.to_builtins(results)), order="deterministic")


def load(data: bytes, name: str = "results.json") -> Results:
    """Load untrusted results from *data*; *name* is used in messages.

    Raises UsageError if it is too large, not JSON, not of our form, or of another schema version.
    """
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is too large", why=f"{len(data)} bytes, at most {MAX_BYTES} are read")
    version = _decode(data, _Head, name).schema
    if version == 1:
        data = _from_version_1(_decode(data, dict, name))
    elif version != SCHEMA_VERSION:
        raise UsageError(
            f"{name} has schema version {version}",
            why=f"this tf-docker-check reads versions 1 and {SCHEMA_VERSION}",
            remedy="use one version of tf-docker-check in all jobs, or " + _MORE,
        )
    results = _decode(data, Results, name)
    for problem in _problems(results):
        raise UsageError(f"{name} is not a results document", why=problem, remedy=_MORE)
    return results


def json_schema() -> bytes:
    """Return the JSON Schema of what `dump` writes: every key is required."""
    schema = msgspec.json.schema(Results)
    for definition in schema["$defs"].values():
        if "description" in definition:  # how far it is indented depends on the Python
            definition["description"] = cleandoc(definition["description"])
        if "properties" in definition:
            definition["required"] = sorted(definition["properties"])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "tf-docker-check results"}
    schema["$defs"]["Results"]["properties"]["schema"] = {"const": SCHEMA_VERSION}
    return json.dumps(head | schema, indent=1, sort_keys=True).encode() + b"\n"


def _decode(data: bytes, shape: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} is not a results document", why=str(error), remedy=_MORE) from None
    except RecursionError:
        raise UsageError(f"{name} is not a results document", why="it is nested too deeply") from None


def _from_version_1(document: dict[str, Any]) -> bytes:
    """Rename what version 2 renamed: a cell's `ground` is its `base`, a blame's `whose` its `owner`."""
    cells = document.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict):
            _rename(cell, "ground", "base")
            _rename(cell.get("blame"), "whose", "owner")
    return msgspec.json.encode(document | {"schema": SCHEMA_VERSION})


def _rename(document: object, old: str, new: str) -> None:
    if isinstance(document, dict) and old in document:
        document[new] = document.pop(old)


def _problems(results: Results) -> Iterator[str]:
    yield from (f"it has {n} {what}, at most {MOST[what]}" for what, n in _counts(results) if n > MOST[what])
    sizes = [cell.image.size for cell in results.cells if cell.image]
    if max([0, *sizes, *(engine.memory for engine in results.engines)]) > MAX_NUMBER:
        yield "image size out of range"
    yield from _cell_problems(results)


def _counts(results: Results) -> Iterator[tuple[str, int]]:
    yield "cells", len(results.cells)
    yield "runners", len({cell.cell.runner for cell in results.cells})
    yield "engines", len(results.engines)
    yield "exclusions", len(results.excluded)
    yield "notes", len(results.notes)
    yield "findings", sum(len(cell.findings) for cell in results.cells)
    yield "harmless messages", sum(len(cell.noise) for cell in results.cells)


def _cell_problems(results: Results) -> Iterator[str]:
    seen = set()
    for cell in results.cells:
        if cell.id != cell.cell.id:
            yield f"the cell {cell.cell.id!r} is called {cell.id!r}"
        if cell.id in seen:
            yield f"the cell {cell.id!r} is there twice"
        seen.add(cell.id)
        facts = [cell.facts, *(check.facts for check in cell.checks)]
        if any(_too_deep(part) for part in facts):
            yield f"a fact of {cell.id!r} is nested more than {MAX_DEPTH} deep"


def _too_deep(value: object) -> bool:
    """Return whether *value*, which is JSON, has anything nested deeper than MAX_DEPTH."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _values(node) if isinstance(child, dict | list)]
        if not level:
            return False
    return any(level)


def _values(container: object) -> Iterable[object]:
    return container.values() if isinstance(container, dict) else container  # type: ignore[return-value]


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(child) for key, child in value.items()}
    return [_encodable(child) for child in value] if isinstance(value, list | tuple) else value
