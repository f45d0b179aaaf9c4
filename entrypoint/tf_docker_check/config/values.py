"""Check what the schema cannot: versions, placeholders, image references, requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Value
from tf_docker_check.config.versions import version_problem
from tf_docker_check.config.wording import nearest, show_value
from tf_docker_check.image.reference import Reference
from tf_docker_check.model.template import PYTHON, TENSORFLOW
from tf_docker_check.requirements.requirement import parse_requirement

_PLACEHOLDER = re.compile(r"\{[^{}]*\}|[{}]")


def find_mistakes(layer: Layer) -> list[Mistake]:
    """Return the mistakes in the values of *layer*. Values of a wrong type are left to the schema."""
    strategies = _mapping(layer.values.get("strategies"))
    sections: list[tuple[KeyPath, Mapping[str, Value]]] = [
        (("defaults",), _mapping(layer.values.get("defaults"))),
        *((("strategies", name), _mapping(strategy)) for name, strategy in strategies.items()),
        (("nightly",), _mapping(layer.values.get("nightly"))),
    ]
    return [layer.mistake(path, text) for section in sections for path, text in _find_problems(*section)]


def _find_problems(section: KeyPath, values: Mapping[str, Value]) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and message of each mistake in a section with versions, images or requirements."""
    for key, judge in (
        ("tensorflow", lambda text: version_problem(text, "tensorflow")),
        ("python", lambda text: version_problem(text, "python")),
        ("from", _image_problem),
        ("install", _requirement_problem),
        ("tags", _image_problem),
    ):
        for path, text in _texts((*section, key), values.get(key)):
            if message := judge(text):
                yield path, message


def _texts(path: KeyPath, value: Value) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and text of the non-empty texts in *value*, a text or a list."""
    several = [((*path, index), text) for index, text in enumerate(value)] if isinstance(value, list) else []
    for place, text in several or [(path, value)]:
        if isinstance(text, str) and text:
            yield place, text


def _image_problem(template: str) -> str:
    if wrong := _placeholder_problem(template):
        return wrong
    valid = Reference.try_parse(_fill(template)) is not None
    return "" if valid else f"{show_value(template)} is not an image reference"


def _requirement_problem(template: str) -> str:
    if wrong := _placeholder_problem(template):
        return wrong
    parsed = parse_requirement(_fill(template))
    valid = parsed is not None and not parsed.mistake
    return "" if valid else f"{show_value(template)} is not a requirement such as 'pandas>=2'"


def _placeholder_problem(template: str) -> str:
    known = (TENSORFLOW, PYTHON)
    strange = [match for match in _PLACEHOLDER.findall(template) if match not in known]
    if not strange:
        return ""
    hint = nearest(strange[0], known) or f"; use {' or '.join(known)}"
    return f"unknown placeholder {show_value(strange[0])}{hint}"


def _fill(template: str) -> str:
    return template.replace(TENSORFLOW, "2.0.0").replace(PYTHON, "3.10")


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}
