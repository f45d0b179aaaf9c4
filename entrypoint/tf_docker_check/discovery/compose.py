"""Read the services of a compose file, with their base image or the stage that they build."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tf_docker_check.config.document import read
from tf_docker_check.config.layer import KeyPath, Layer
from tf_docker_check.discovery.build import Build, Use, build_at, normal
from tf_docker_check.discovery.files import Files
from tf_docker_check.discovery.gpu import asks_for_gpu
from tf_docker_check.discovery.place import key_span, value_span
from tf_docker_check.dockerfile.arguments import expand_known
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.dockerfile.stage import Stage, stage_named
from tf_docker_check.image.base_image import BaseImage, known

Stages = Callable[[Build], Sequence[Stage]]
"""Returns the stages of a build; empty if its Dockerfile cannot be read."""


@dataclass(frozen=True, eq=False)
class Service:
    """One service. `values`: its configuration, scalars as text; `build`, `stage`: what it builds, `use`: or uses."""

    source: Source
    layer: Layer
    name: str
    values: Mapping[str, Any]
    base: BaseImage
    build: Build | None = None
    stage: Stage | None = None
    use: Use | None = None

    def span(self, *path: str | int) -> Span:
        """Return the place of the key at *path* in the service; without a path, of its name."""
        return key_span(self.source, self.layer, ("services", self.name, *path))

    def items(self, key: str) -> list[Any]:
        """Return the list at *key*; a scalar as a list of one."""
        value = self.values.get(key)
        return value if isinstance(value, list) else [] if value is None else [value]

    @property
    def environment(self) -> dict[str, str]:
        """Its environment variables, written as a mapping or as a list."""
        return _variables(self.values.get("environment"))


def read_services(source: Source, files: Files, stages: Stages = lambda _: ()) -> Iterator[Service]:
    """Yield the services of a compose file. Raises UsageError, with line and column, for invalid YAML."""
    layer, _ = read(source.text.encode(), source.name)
    definitions = layer.values.get("services")
    variables = _dotenv(files, source.path.parent)
    for name, values in definitions.items() if isinstance(definitions, Mapping) else ():
        if not isinstance(values, Mapping):
            continue
        path: KeyPath = ("services", name)
        build = _build(files, key_span(source, layer, (*path, "build")), values, variables)
        stage = _target(stages(build), build.target) if build else None
        use = None if values.get("build") else _use(source, layer, path, values, variables)
        base = known(stage.root.known_image if stage else use.image if use else "")
        yield Service(source, layer, name, values, base, build, stage, use)


def _use(
    source: Source, layer: Layer, path: KeyPath, values: Mapping[str, Any], variables: Mapping[str, str]
) -> Use | None:
    image = _filled_in(values.get("image"), variables)
    if not image:
        return None
    environment = tuple(_variables(values.get("environment")).items())
    span = value_span(source, layer, (*path, "image"), values["image"])
    return Use(image, span, asks_for_gpu(values), environment)


def _build(
    files: Files, place: Span, values: Mapping[str, Any], variables: Mapping[str, str]
) -> Build | None:
    """Return what ``build:`` builds; None if it cannot be determined."""
    given = values.get("build")
    section: Mapping[str, Any] = given if isinstance(given, Mapping) else {"context": given}
    context = _filled_in(section.get("context", "."), variables)
    name = _filled_in(section.get("dockerfile", "Dockerfile"), variables)
    if not given or not context or not name or "://" in context or "dockerfile_inline" in section:
        return None
    arguments = _variables(section.get("args")).items()
    return build_at(
        files,
        place.source.path.parent,
        context,
        str(Path(context) / name),
        target=_filled_in(section.get("target"), variables) or "",
        arguments={
            key: text for key, value in arguments if (text := _filled_in(value, variables)) is not None
        },
        named_by=place,
        gpu=asks_for_gpu(values),
    )


def _target(stages: Sequence[Stage], name: str) -> Stage | None:
    if not name:
        return stages[-1] if stages else None
    return stage_named(stages, name)


def _filled_in(text: object, variables: Mapping[str, str]) -> str | None:
    """Return *text* with its variables; None if it is no text, or one has no value."""
    if not isinstance(text, str):
        return None
    return expand_known(text, variables, quoting=False) if "$" in text else text


def _variables(given: object) -> dict[str, str]:
    if isinstance(given, list):
        given = dict(item.partition("=")[::2] for item in given if isinstance(item, str) and "=" in item)
    values = given if isinstance(given, Mapping) else {}
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _dotenv(files: Files, folder: Path) -> dict[str, str]:
    """Return the variables that the file ``.env`` next to the compose file sets."""
    path = normal(folder / ".env")
    source = files.try_read(path) if files.is_file(path) else None
    lines = (line.partition("=") for line in source.text.splitlines()) if source else ()
    return {name.strip(): value.strip().strip("\"'") for name, equals, value in lines if equals}
