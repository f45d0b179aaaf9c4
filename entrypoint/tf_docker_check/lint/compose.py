"""Read the services of a compose file, with their base image or the stage that they build."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tf_docker_check.config.document import read
from tf_docker_check.config.layer import Layer
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.image.base_image import BaseImage, known
from tf_docker_check.lint.stage import base_of, holds_tensorflow

Build = Callable[[Path, Mapping[str, str]], Sequence[Stage]]
"""Returns the stages of a Dockerfile for given build arguments; empty if it cannot be read."""


@dataclass(frozen=True, eq=False)
class Service:
    """One service. `values`: its configuration, scalars as text; `stage`: the stage that `build` builds."""

    source: Source
    layer: Layer
    name: str
    values: Mapping[str, Any]
    base: BaseImage
    stage: Stage | None = None

    def span(self, *path: str | int) -> Span:
        """Return the place of the key at *path* in the service; without a path, of its name."""
        place = self.layer.key(("services", self.name, *path))
        start = self.source.offset(place.line, place.column)
        line = self.source.line(place.line)[place.column - 1 :]
        return Span(self.source, start, start + len(line.split(":")[0].split(" ")[0]))

    def section(self, *path: str) -> Mapping[str, Any]:
        """Return the mapping at *path*; empty if there is none."""
        section: Any = self.values
        for key in path:
            section = section.get(key) if isinstance(section, Mapping) else None
        return section if isinstance(section, Mapping) else {}

    def items(self, key: str) -> list[Any]:
        """Return the list at *key*; a scalar as a list of one."""
        value = self.values.get(key)
        return value if isinstance(value, list) else [] if value is None else [value]

    @property
    def environment(self) -> dict[str, str]:
        """Its environment variables, written as a mapping or as a list."""
        given = self.values.get("environment")
        if isinstance(given, Mapping):
            return {key: value for key, value in given.items() if isinstance(value, str)}
        pairs = [item.partition("=") for item in self.items("environment") if isinstance(item, str)]
        return {name: value for name, _, value in pairs}

    @property
    def holds_tensorflow(self) -> bool:
        return holds_tensorflow(self.stage) if self.stage else self.base.has_tensorflow


def read_services(source: Source, build: Build) -> Iterator[Service]:
    """Yield the services of a compose file. Raises UsageError, with line and column, for invalid YAML."""
    layer, _ = read(source.text.encode(), source.name)
    definitions = layer.values.get("services")
    for name, definition in definitions.items() if isinstance(definitions, Mapping) else ():
        if isinstance(definition, Mapping):
            values = _merge(definition)
            stage = _built_stage(source.path.parent, values.get("build"), build)
            image = values.get("image")
            base = known(image) if isinstance(image, str) and "$" not in image else known("")
            yield Service(source, layer, name, values, base_of(stage) if stage else base, stage)


def _merge(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return *given* with its ``<<`` merge keys resolved; its own keys win."""
    brought = given.get("<<")
    merged: dict[str, Any] = {}
    for base in reversed(brought if isinstance(brought, list) else [brought]):
        merged |= _merge(base) if isinstance(base, Mapping) else {}
    return merged | {key: value for key, value in given.items() if key != "<<"}


def _built_stage(folder: Path, given: object, build: Build) -> Stage | None:
    """Return the stage that ``build:`` builds; None if it cannot be determined."""
    values: Mapping[str, Any] = given if isinstance(given, Mapping) else {"context": given}
    context, name = values.get("context", "."), values.get("dockerfile", "Dockerfile")
    if not given or not all(isinstance(text, str) and "$" not in text for text in (context, name)):
        return None
    if "://" in context or "dockerfile_inline" in values:
        return None
    stages = build(Path(os.path.normpath(folder / context / name)), _arguments(values.get("args")))
    target = values.get("target")
    if isinstance(target, str):
        return next((stage for stage in stages if stage.name.lower() == target.lower()), None)
    return stages[-1] if stages else None


def _arguments(given: object) -> dict[str, str]:
    if isinstance(given, list):
        given = dict(item.partition("=")[::2] for item in given if isinstance(item, str) and "=" in item)
    values = given if isinstance(given, Mapping) else {}
    return {name: value for name, value in values.items() if isinstance(value, str) and "$" not in value}
