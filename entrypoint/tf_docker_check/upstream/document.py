"""Read and write JSON files that are passed between runs; their content is untrusted."""

from __future__ import annotations

import json
from dataclasses import asdict
from inspect import cleandoc
from typing import Any, TypeVar

import msgspec

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line

T = TypeVar("T")
MAX_BYTES = 16 * 1024 * 1024
TOO_MUCH = 1 << 53
"""Limit of integers: other JSON readers lose digits beyond it."""


def load(data: bytes, shape: type[T], name: str) -> T:
    """Decode *data* as *shape*. Raises UsageError, which names the file *name*."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is too large", why=f"at most {MAX_BYTES >> 20} MiB are read")
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{name} cannot be read", why=one_line(str(error), 200)) from None


def dump(value: Any) -> bytes:  # noqa: ANN401 - any of the frozen values
    """Encode *value* as JSON: sorted keys, one value per line, a newline at the end."""
    return (
        json.dumps(asdict(value), indent=1, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
        + b"\n"
    )


def json_schema(shape: type[Any], title: str, **constants: int) -> bytes:
    """Return the JSON Schema of what `dump` writes for *shape*; *constants*: keys with a fixed value."""
    schema = msgspec.json.schema(shape)
    for definition in schema["$defs"].values():
        if "description" in definition:  # how far it is indented depends on the Python
            definition["description"] = cleandoc(definition["description"])
        for described in definition["properties"].values():
            described.pop("default", None)
        definition |= {"required": sorted(definition["properties"]), "additionalProperties": False}
    for key, value in constants.items():
        schema["$defs"][shape.__name__]["properties"][key] = {"const": value}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"tf-docker-check {title}"}
    return json.dumps(head | schema, indent=1, sort_keys=True).encode() + b"\n"
