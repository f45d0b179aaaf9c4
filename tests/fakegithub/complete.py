"""Fill what an answer does not say with the emptiest value that the document's schema allows.

The fake's modules say what matters; GitHub's answers have dozens of fields more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakegithub.document import resolve

EMPTY = {"integer": 0, "number": 0, "boolean": False}
FORMATS = {"date-time": "1970-01-01T00:00:00Z", "uri": "https://unsaid.invalid/", "date": "1970-01-01"}
TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def complete(schema: Mapping[str, Any], value: Any) -> Any:
    """*value* with every required field, at every depth."""
    schema = _option(resolve(schema), value)
    if isinstance(value, list):
        return [complete(schema.get("items", {}), one) for one in value]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties", {})
    said = {name: complete(properties.get(name, {}), one) for name, one in value.items()}
    missing = [name for name in schema.get("required", ()) if name not in said]
    return said | {name: _emptiest(properties.get(name, {})) for name in missing}


def _emptiest(schema: Mapping[str, Any]) -> Any:
    schema = _option(resolve(schema), ...)
    if schema.get("nullable") or not schema:
        return None
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), "0" * schema.get("minLength", 0))
    if kind == "array":
        return []
    return complete(schema, {}) if kind == "object" else EMPTY[kind]


def _option(schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """One schema out of those that `allOf` joins and `anyOf` offers: the first that *value* may be."""
    for part in schema.get("allOf", ()):
        more = _option(resolve(part), value)
        properties = more.get("properties", {}) | schema.get("properties", {})
        required = [*more.get("required", ()), *schema.get("required", ())]
        schema = {**more, **schema, "properties": properties, "required": required}
    for option in map(resolve, schema.get("anyOf", ())):
        if value is ... or _fits(option, value):
            return {**schema, **_option(option, value)}
    return schema


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    kind = TYPES.get(type(value))
    if schema.get("type", kind) != kind:
        return False
    if not isinstance(value, dict):
        return True
    enums = {name: resolve(one).get("enum") for name, one in schema.get("properties", {}).items()}
    return all(one in (enums.get(name) or [one]) for name, one in value.items())
