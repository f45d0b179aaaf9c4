"""Check a configuration against its JSON Schema and convert its scalars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tf_docker_check.config.fast_validation import is_surely_valid
from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Value
from tf_docker_check.config.wording import dotted_path, nearest, show_value
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


def convert_scalars(value: Value, schema: Mapping[str, Value] | None = None) -> Value:
    """Convert the text in *value* to numbers and booleans where the schema does not allow text.

    An empty section (``checks:`` with nothing below it) becomes an empty mapping. What cannot be
    converted stays; `find_mistakes` reports it.
    """
    rules = _resolve_reference(document(SCHEMA) if schema is None else schema)
    wanted = rules.get("type", ())
    types = {wanted} if isinstance(wanted, str) else set(wanted)
    if isinstance(value, dict):
        known, others = rules.get("properties", {}), rules.get("additionalProperties")
        below = others if isinstance(others, dict) else {}
        return {key: convert_scalars(item, known.get(key, below)) for key, item in value.items()}
    if isinstance(value, list):
        return [convert_scalars(item, rules.get("items", {})) for item in value]
    if value is None:
        return {} if "object" in types else None
    return value if "string" in types else _parse_scalar(value, types)


def find_mistakes(layer: Layer) -> list[Mistake]:
    """Return everything in *layer* that the schema does not allow."""
    schema = document(SCHEMA)
    if is_surely_valid(layer.values, schema, schema["$defs"]):
        return []
    from jsonschema import Draft202012Validator, FormatChecker  # slow to import

    validator = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
    errors = (
        mistake for error in validator.iter_errors(layer.values) for mistake in _describe_error(error, layer)
    )
    return list(dict.fromkeys(errors))


def find_reserved_keys(layer: Layer) -> list[str]:
    """Return a note for each key that is reserved for later versions."""
    return [
        f"{layer.key(path)}: `{dotted_path(path)}` is not used by this version"
        for path in _reserved_paths(layer.values, document(SCHEMA))
    ]


def _reserved_paths(values: Mapping[str, Value], schema: Mapping[str, Value]) -> Iterator[KeyPath]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    for key, value in values.items():
        rules = known.get(key, others)
        reference = rules.get("$ref", "") if isinstance(rules, dict) else ""
        if reference in ("#/$defs/reserved", "#/$defs/later"):
            yield (key,)
        elif isinstance(value, Mapping) and key in known:
            yield from ((key, *path) for path in _reserved_paths(value, _resolve_reference(known[key])))


def _resolve_reference(schema: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return *schema* with its ``$ref`` resolved."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return {**document(SCHEMA)["$defs"][name], **schema} if name else schema


def _parse_scalar(text: str, types: set[str]) -> Value:
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if types & {"integer", "number"} and re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    if "number" in types and re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", text):
        return float(text)
    return text


def _describe_error(error: ValidationError, layer: Layer) -> list[Mistake]:
    """Describe one schema error; one mistake for each unknown or missing key."""
    path: KeyPath = tuple(error.absolute_path)
    value: Value = error.instance
    rule: Value = error.validator_value
    where = [str(part) for part in error.absolute_schema_path]
    if error.validator == "additionalProperties":
        known = list(_schema_of(error)["properties"])
        return [layer.key_mistake((*path, key), _unknown(key, known)) for key in value if key not in known]
    if error.validator == "dependentRequired":
        lonely = [(key, needed[0]) for key, needed in rule.items() if key in value and needed[0] not in value]
        return [layer.key_mistake((*path, key), f"{key!r} requires {needed!r}") for key, needed in lonely]
    if error.validator == "required":
        return [layer.mistake(path, f"missing key {key!r}") for key in rule if key not in value]
    if error.validator == "not":
        return [layer.key_mistake(path, f"{path[-1]!r} cannot be combined with {where[-4]!r}")]
    if "propertyNames" in where[-2:]:
        return [layer.key_mistake((*path, value), _describe_value(error))]
    return [layer.mistake(path, _describe_value(error))]


def _unknown(key: str, known: list[str]) -> str:
    return f"unknown key {show_value(key)}" + (nearest(key, known) or f"; known keys: {', '.join(known)}")


def _describe_value(error: ValidationError) -> str:
    """Describe a wrong value: ``'many' is not a whole number``."""
    value: Value = error.instance
    rule: Value = error.validator_value
    title = _schema_of(error).get("title")
    if error.validator == "enum" and not title:
        return (
            f"invalid value {show_value(value)}; must be one of {', '.join(rule)}{nearest(str(value), rule)}"
        )
    wanted = title or _any_of(_schema_of(error).get("type", "string"))
    if error.validator == "maximum":
        wanted += f", at most {rule}"
    empty = value is None or value in ("", [])
    return f"empty value; must be {wanted}" if empty else f"{show_value(value)} is not {wanted}"


def _schema_of(error: ValidationError) -> Mapping[str, Value]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _any_of(types: str | list[str]) -> str:
    return " or ".join(_TYPES[name] for name in ([types] if isinstance(types, str) else types))
