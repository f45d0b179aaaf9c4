"""Reads the configuration. The only place of this room that touches the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tf_docker_check.config import document, fleet, meaning, schema, settings
from tf_docker_check.config.inputs import DOCKERFILE, input_layer, names_dockerfile
from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Place, merge
from tf_docker_check.config.strategies import built_in, resolve, user_dockerfile
from tf_docker_check.config.wording import shown
from tf_docker_check.errors import UsageError, joined
from tf_docker_check.model.config import Config
from tf_docker_check.project.read import Absent, is_file, is_folder, read_bytes

DEFAULT_FILE = ".github/tf-docker-check.yml"


def load_config(project: Path, file: str = DEFAULT_FILE, inputs: Mapping[str, str] | None = None) -> Config:
    """What defaults, *file* (relative to *project*) and the action's *inputs* ask for, later over earlier.

    `Config.strategies` is empty where none is named, for detection to fill. An absent default file
    says nothing. Raises UsageError with every mistake, each with its file, line and column, or input.
    """
    inputs = inputs or {}
    written, mistakes = _file_layer(project, file or DEFAULT_FILE)
    mistakes += _wrong(written)
    written = _without(written, mistakes)
    given, wrong = input_layer(inputs, written)
    given = replace(given, values=schema.converted(given.values))
    mistakes += [*wrong, *_wrong(given)]
    given = _without(given, mistakes)
    merged = merge([built_in(), written, given])
    chosen = list(given.values["strategies"] or written.values["strategies"])
    strategies = resolve(merged, chosen)
    _refuse([*mistakes, *strategies.mistakes, *_absent(project, merged)])
    config = settings.config(merged.values, strategies, notes=tuple(schema.reserved(written)))
    named = written.values["strategies"] or inputs.get("strategies", "").strip()
    if names_dockerfile(inputs) and not named:
        own = user_dockerfile(merged.values["strategies"][DOCKERFILE])
        return replace(config, strategies=(), dockerfile=own)
    return config


def _file_layer(project: Path, file: str) -> tuple[Layer, list[Mistake]]:
    for name in (file, DEFAULT_FILE.replace(".yml", ".yaml")) if file == DEFAULT_FILE else (file,):
        try:
            data = read_bytes(project / name, document.MOST_BYTES, within=_within(project, name), name=name)
        except Absent:
            continue
        layer, mistakes = document.read(data, name)
        return replace(layer, values=schema.converted(layer.values)), mistakes
    if file == DEFAULT_FILE:
        return Layer(), []
    raise UsageError(
        f"there is no configuration {shown(file)}",
        why="the name is taken relative to the project",
        remedy=f"correct `config`, or leave it out for {DEFAULT_FILE}",
    )


def _within(project: Path, file: str) -> list[Path]:
    """The folder that links may not lead *file* out of; none where its very name leads out of *project*.

    Then the user, or the workflow, means a file elsewhere.
    """
    written = Path(os.path.normpath(project / file))
    return [project] if written.is_relative_to(os.path.normpath(project)) else []


def _wrong(layer: Layer) -> list[Mistake]:
    return [*schema.mistakes(layer), *meaning.mistakes(layer), *fleet.mistakes(layer)]


def _without(layer: Layer, mistakes: Sequence[Mistake]) -> Layer:
    """*layer* with its strategies as definitions by name, where broken ones give no further trouble."""
    broken = {
        mistake.path[1] for mistake in mistakes if mistake.path[:1] == ("strategies",) and mistake.path[1:]
    }
    section = layer.values.get("strategies", {})
    places: dict[KeyPath, Place] = {}
    if isinstance(section, list):
        names = {name: index for index, name in enumerate(section) if index not in broken}
        places = {("strategies", name): layer.place(("strategies", index)) for name, index in names.items()}
        section = {name: {} for name in names}
    definitions = section if isinstance(section, Mapping) else {}
    stopgap = {"from": "scratch"}
    strategies = {name: stopgap if name in broken else mistake for name, mistake in definitions.items()}
    values = {**layer.values, "strategies": strategies}
    return replace(layer, values=values, places={**layer.places, **places})


def _absent(project: Path, layer: Layer) -> Iterator[Mistake]:
    """Dockerfiles and contexts that are not there."""
    for name, definition in layer.values["strategies"].items():
        path: KeyPath = ("strategies", name)
        dockerfile, context = definition.get("dockerfile"), definition.get("context", ".")
        if dockerfile is None:
            continue
        if not is_file(project / dockerfile):
            yield layer.mistake((*path, "dockerfile"), f"there is no Dockerfile {shown(dockerfile)}")
        if not is_folder(project / context):
            yield layer.mistake((*path, "context"), f"there is no folder {shown(context)}")


def _refuse(mistakes: Sequence[Mistake]) -> None:
    if mistakes:
        lines = [str(mistake) for mistake in sorted(dict.fromkeys(mistakes))]
        count = "a mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
        raise joined(
            lines, f"the configuration has {count}", "correct these; docs/configuration.md has every key"
        )
