"""The JSON Schema, the one source of what a configuration may say, and what is wrong by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tf_docker_check.config.accepted import accepted
from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Value
from tf_docker_check.config.wording import dotted, nearest, shown
from tf_docker_check.resources.files import document

if TYPE_CHECKING:
    from jsonschema import ValidationError

SCHEMA = "schema/config.json"
_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
    "array": "a list",
    "object": "keys and values",
}


def converted(value: Value, schema: Mapping[str, Value] | None = None) -> Value:
    """*value* with text turned into numbers and booleans where the schema wants no text.

    An empty section (``checks:`` with nothing below it) becomes an empty mapping. What cannot be
    converted stays, for `mistakes` to name.
    """
    rules = _resolved(document(SCHEMA) if schema is None else schema)
    wanted = rules.get("type", ())
    types = {wanted} if isinstance(wanted, str) else set(wanted)
    if isinstance(value, dict):
        known, others = rules.get("properties", {}), rules.get("additionalProperties")
        below = others if isinstance(others, dict) else {}
        return {key: converted(item, known.get(key, below)) for key, item in value.items()}
    if isinstance(value, list):
        return [converted(item, rules.get("items", {})) for item in value]
    if value is None:
        return {} if "object" in types else None
    return value if "string" in types else _parsed(value, types)


def mistakes(layer: Layer) -> list[Mistake]:
    """Everything in *layer* that the schema does not allow."""
    schema = document(SCHEMA)
    if accepted(layer.values, schema, schema["$defs"]):
        return []
    from jsonschema import Draft202012Validator, FormatChecker  # slow to import

    validator = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
    errors = (mistake for error in validator.iter_errors(layer.values) for mistake in _said(error, layer))
    return list(dict.fromkeys(errors))


def reserved(layer: Layer) -> list[str]:
    """A remark for each key that is kept for later versions."""
    return [
        f"{layer.key(path)}: `{dotted(path)}` is not used by this version"
        for path in _reserved(layer.values, document(SCHEMA))
    ]


def _reserved(values: Mapping[str, Value], schema: Mapping[str, Value]) -> Iterator[KeyPath]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    for key, value in values.items():
        rules = known.get(key, others)
        reference = rules.get("$ref", "") if isinstance(rules, dict) else ""
        if reference in ("#/$defs/reserved", "#/$defs/later"):
            yield (key,)
        elif isinstance(value, Mapping) and key in known:
            yield from ((key, *path) for path in _reserved(value, _resolved(known[key])))


def _resolved(schema: Mapping[str, Value]) -> Mapping[str, Value]:
    """*schema* with what its ``$ref`` points to."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return {**document(SCHEMA)["$defs"][name], **schema} if name else schema


def _parsed(text: str, types: set[str]) -> Value:
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if types & {"integer", "number"} and re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    if "number" in types and re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", text):
        return float(text)
    return text


def _said(error: ValidationError, layer: Layer) -> list[Mistake]:
    """One schema error in the user's words; for unknown and missing keys as many as there are."""
    path: KeyPath = tuple(error.absolute_path)
    value: Value = error.instance
    rule: Value = error.validator_value
    where = [str(part) for part in error.absolute_schema_path]
    if error.validator == "additionalProperties":
        known = list(_schema_of(error)["properties"])
        return [layer.key_mistake((*path, key), _unknown(key, known)) for key in value if key not in known]
    if error.validator == "dependentRequired":
        lonely = [(key, needed[0]) for key, needed in rule.items() if key in value and needed[0] not in value]
        return [
            layer.key_mistake((*path, key), f"{key!r} needs {needed!r} beside it") for key, needed in lonely
        ]
    if error.validator == "required":
        return [layer.mistake(path, f"{key!r} is missing") for key in rule if key not in value]
    if error.validator == "not":
        return [layer.key_mistake(path, f"{path[-1]!r} cannot stand beside {where[-4]!r}")]
    if "propertyNames" in where[-2:]:
        return [layer.key_mistake((*path, value), _expected(error))]
    return [layer.mistake(path, _expected(error))]


def _unknown(key: str, known: list[str]) -> str:
    return f"unknown key {shown(key)}" + (nearest(key, known) or f"; known are {', '.join(known)}")


def _expected(error: ValidationError) -> str:
    """``'many' is not a whole number``, and how it should be."""
    value: Value = error.instance
    rule: Value = error.validator_value
    title = _schema_of(error).get("title")
    if error.validator == "enum" and not title:
        return f"{shown(value)} is none of {', '.join(rule)}{nearest(str(value), rule)}"
    wanted = title or _any_of(_schema_of(error).get("type", "string"))
    if error.validator == "maximum":
        wanted += f", at most {rule}"
    empty = value is None or value in ("", [])
    return f"this is empty; give {wanted}" if empty else f"{shown(value)} is not {wanted}"


def _schema_of(error: ValidationError) -> Mapping[str, Value]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _any_of(types: str | list[str]) -> str:
    return " or ".join(_TYPES[name] for name in ([types] if isinstance(types, str) else types))
