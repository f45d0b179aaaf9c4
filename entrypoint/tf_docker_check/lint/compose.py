"""The services of a compose file, and what is known of their images."""

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
"""The stages of a Dockerfile under build arguments; none where it cannot be read."""


@dataclass(frozen=True, eq=False)
class Service:
    """One service. `values`: what it is configured with, scalars as text; `stage`: what `build` builds."""

    source: Source
    layer: Layer
    name: str
    values: Mapping[str, Any]
    base: BaseImage
    stage: Stage | None = None

    def span(self, *path: str | int) -> Span:
        """Where the key at *path* below it stands; without a path, its name."""
        place = self.layer.key(("services", self.name, *path))
        start = self.source.offset(place.line, place.column)
        line = self.source.line(place.line)[place.column - 1 :]
        return Span(self.source, start, start + len(line.split(":")[0].split(" ")[0]))

    def section(self, *path: str) -> Mapping[str, Any]:
        """The keys and values at *path*; empty where there are none."""
        found: Any = self.values
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def items(self, key: str) -> list[Any]:
        """The list at *key*; a single text is a list of one."""
        found = self.values.get(key)
        return found if isinstance(found, list) else [] if found is None else [found]

    @property
    def environment(self) -> dict[str, str]:
        """Its variables, whichever way they are written."""
        given = self.values.get("environment")
        if isinstance(given, Mapping):
            return {key: value for key, value in given.items() if isinstance(value, str)}
        pairs = [each.partition("=") for each in self.items("environment") if isinstance(each, str)]
        return {name: value for name, _, value in pairs}

    @property
    def holds_tensorflow(self) -> bool:
        return holds_tensorflow(self.stage) if self.stage else self.base.has_tensorflow


def services(source: Source, build: Build) -> Iterator[Service]:
    """The services of a compose file. UsageError, with line and column, for what is not YAML."""
    layer, _ = read(source.text.encode(), source.name)
    found = layer.values.get("services")
    for name, given in found.items() if isinstance(found, Mapping) else ():
        if isinstance(given, Mapping):
            values = _merged(given)
            stage = _built(source.path.parent, values.get("build"), build)
            image = values.get("image")
            base = known(image) if isinstance(image, str) and "$" not in image else known("")
            yield Service(source, layer, name, values, base_of(stage) if stage else base, stage)


def _merged(given: Mapping[str, Any]) -> dict[str, Any]:
    """With what ``<<`` brings in; its own keys win."""
    brought = given.get("<<")
    merged: dict[str, Any] = {}
    for each in reversed(brought if isinstance(brought, list) else [brought]):
        merged |= _merged(each) if isinstance(each, Mapping) else {}
    return merged | {key: value for key, value in given.items() if key != "<<"}


def _built(folder: Path, given: object, build: Build) -> Stage | None:
    """The stage that ``build:`` ends with."""
    values: Mapping[str, Any] = given if isinstance(given, Mapping) else {"context": given}
    context, name = values.get("context", "."), values.get("dockerfile", "Dockerfile")
    if not given or not all(isinstance(each, str) and "$" not in each for each in (context, name)):
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
        given = dict(each.partition("=")[::2] for each in given if isinstance(each, str) and "=" in each)
    values = given if isinstance(given, Mapping) else {}
    return {name: value for name, value in values.items() if isinstance(value, str) and "$" not in value}
