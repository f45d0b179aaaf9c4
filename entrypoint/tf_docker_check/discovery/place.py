"""Read a YAML file, and find where its keys and values stand in the text."""

from __future__ import annotations

from tf_docker_check.config.document import read_all
from tf_docker_check.config.layer import KeyPath, Layer
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.errors import UsageError


def read_layers(source: Source) -> list[Layer]:
    """Read the documents of a YAML file; what is no YAML, such as a template, has none."""
    try:
        return read_all(source.text, source.name)
    except UsageError:
        return []


def key_span(source: Source, layer: Layer, path: KeyPath) -> Span:
    """Return the place of the key at *path*."""
    place = layer.key(path)
    start = source.offset(place.line, place.column)
    line = source.line(place.line)[place.column - 1 :]
    return Span(source, start, start + len(line.split(":")[0].split(" ")[0]))


def value_span(source: Source, layer: Layer, path: KeyPath, text: str) -> Span:
    """Return the place of the value *text* at *path*, without its quotes."""
    place = layer.place(path)
    start = source.offset(place.line, place.column)
    start += source.text[start : start + 1] in ("'", '"')
    line = source.line(place.line)
    end = start + len(text) if source.text.startswith(text, start) else source.offset(place.line) + len(line)
    return Span(source, start, max(start, end))
