"""Inspections and differences as JSON.

Their JSON Schemas are resources/schema/inspection.json and difference.json.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from inspect import cleandoc

import msgspec

from tf_docker_check.errors import UsageError
from tf_docker_check.inspection.difference import DIFFERENCE_VERSION, Difference
from tf_docker_check.model.inspection import INSPECTION_VERSION, Inspection
from tf_docker_check.model.text import one_line

LARGEST = 1 << 63
MAX_BYTES = 64 * 1024 * 1024


def dump(document: Inspection | Difference) -> str:
    """Return the document as JSON text that ends with a newline, keys in the order of the fields."""
    values = asdict(document)
    if isinstance(document, Difference):
        for change, entry in zip(document.changes, values["changes"], strict=True):
            entry["kind"] = change.kind
    return json.dumps(values, indent=1, allow_nan=False) + "\n"


def load(data: bytes, name: str) -> Inspection:
    """Read an inspection from *data*; *name* is used in error messages. Raises UsageError."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is too large", why=f"at most {MAX_BYTES} bytes are read")
    try:
        raw = msgspec.json.decode(data)
        version = raw.get("schema") if isinstance(raw, dict) else None
        if version != INSPECTION_VERSION:
            shown = one_line(repr(version), 40)
            why = f"it has schema {shown}, this tf-docker-check reads {INSPECTION_VERSION}"
            raise UsageError(f"{name} is not an inspection", why=why)
        _refuse_large(raw, name)
        return msgspec.convert(raw, Inspection)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} is not an inspection", why=one_line(str(error), 200)) from None


def _refuse_large(value: object, name: str) -> None:
    """Raise UsageError for a number beyond 64 bits: no size is, and its arithmetic ends in OverflowError."""
    if isinstance(value, dict):
        value = list(value.values())
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict | list):
            _refuse_large(item, name)
        elif isinstance(item, int | float) and not abs(item) < LARGEST:
            raise UsageError(f"{name} is not an inspection", why="it holds a number beyond 64 bits")


def json_schema(shape: type[Inspection] | type[Difference]) -> str:
    """Return the JSON Schema of what `dump` writes for *shape*; every key is required, no other is allowed."""
    schema = msgspec.json.schema(shape)
    if shape is Difference:
        schema["$defs"]["Change"]["properties"]["kind"] = {"enum": ["added", "removed", "changed"]}
    for definition in schema["$defs"].values():
        if "description" in definition:  # how far it is indented depends on the Python
            definition["description"] = cleandoc(definition["description"])
        for described in definition["properties"].values():
            described.pop("default", None)
        definition |= {"required": sorted(definition["properties"]), "additionalProperties": False}
    version = INSPECTION_VERSION if shape is Inspection else DIFFERENCE_VERSION
    schema["$defs"][shape.__name__]["properties"]["schema"] = {"const": version}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"tf-docker-check {shape.__name__}",
    }
    return json.dumps(head | schema, indent=1, sort_keys=True) + "\n"
