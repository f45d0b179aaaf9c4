"""Load the configuration: the only module of this package that reads files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tf_docker_check.config import document, fleet, schema, settings, values
from tf_docker_check.config.inputs import DOCKERFILE, names_dockerfile, read_inputs
from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Place, Value, merge
from tf_docker_check.config.strategies import built_in, resolve_strategies, user_dockerfile
from tf_docker_check.config.wording import show_value
from tf_docker_check.errors import UsageError, join_problems
from tf_docker_check.model.config import Config
from tf_docker_check.model.defaults import CONFIG_FILE
from tf_docker_check.project.read import Absent, is_file, is_folder, read_bytes


def load_config(project: Path, file: str = CONFIG_FILE, inputs: Mapping[str, str] | None = None) -> Config:
    """Load defaults, *file* (relative to *project*) and the action's *inputs*; later ones win.

    `Config.strategies` is empty if none is named; detection fills it, and finds what is `selected`. The default
    file may be absent. Raises UsageError with every mistake, each with its file, line and column, or input.
    """
    inputs = inputs or {}
    written, mistakes = _file_layer(project, file or CONFIG_FILE)
    mistakes += _find_mistakes(written)
    written = _drop_broken_strategies(written, mistakes)
    given, wrong = read_inputs(inputs, written)
    given = replace(given, values=schema.convert_scalars(given.values))
    mistakes += [*wrong, *_find_mistakes(given)]
    given = _drop_broken_strategies(given, mistakes)
    selected = [] if written.values["strategies"] else _undefined(given)
    given = replace(given, values={**given.values, "strategies": _without(given, selected)})
    merged = merge([built_in(), written, given])
    chosen = list(given.values["strategies"] or written.values["strategies"])
    strategies = resolve_strategies(merged, chosen)
    _raise_mistakes([*mistakes, *strategies.mistakes, *_find_absent_files(project, merged)])
    config = settings.build_config(merged.values, strategies, notes=tuple(schema.find_reserved_keys(written)))
    named = written.values["strategies"] or inputs.get("strategies", "").strip()
    if names_dockerfile(inputs) and not named:
        own = user_dockerfile(merged.values["strategies"][DOCKERFILE])
        return replace(config, strategies=(), dockerfile=own)
    return replace(config, selected=tuple(selected))


def _undefined(given: Layer) -> list[str]:
    """Return the strategies that the inputs name and nothing defines: detection may have them."""
    names = [name for name, definition in given.values["strategies"].items() if not definition]
    return [name for name in names if name not in built_in().values["strategies"]]


def _without(given: Layer, names: Sequence[str]) -> dict[str, Value]:
    return {name: value for name, value in given.values["strategies"].items() if name not in names}


def _file_layer(project: Path, file: str) -> tuple[Layer, list[Mistake]]:
    for name in (file, CONFIG_FILE.replace(".yml", ".yaml")) if file == CONFIG_FILE else (file,):
        try:
            data = read_bytes(
                project / name, document.MOST_BYTES, within=_link_roots(project, name), name=name
            )
        except Absent:
            continue
        layer, mistakes = document.read(data, name)
        values = {key: value for key, value in layer.values.items() if not key.startswith("x-")}
        return replace(layer, values=schema.convert_scalars(values)), mistakes
    if file == CONFIG_FILE:
        return Layer(), []
    raise UsageError(
        f"configuration file not found: {show_value(file)}",
        why="the path is relative to the project",
        remedy=f"correct `config`, or omit it to use {CONFIG_FILE}",
    )


def _link_roots(project: Path, file: str) -> list[Path]:
    """Return the folder that links must not lead out of; empty if *file* itself is outside *project*.

    Then the user, or the workflow, chose a file elsewhere.
    """
    written = Path(os.path.normpath(project / file))
    return [project] if written.is_relative_to(os.path.normpath(project)) else []


def _find_mistakes(layer: Layer) -> list[Mistake]:
    return [*schema.find_mistakes(layer), *values.find_mistakes(layer), *fleet.find_mistakes(layer)]


def _drop_broken_strategies(layer: Layer, mistakes: Sequence[Mistake]) -> Layer:
    """Return *layer* with strategies as definitions by name; broken ones get a placeholder definition."""
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


def _find_absent_files(project: Path, layer: Layer) -> Iterator[Mistake]:
    """Yield a mistake for each Dockerfile and context that does not exist."""
    for name, definition in layer.values["strategies"].items():
        path: KeyPath = ("strategies", name)
        dockerfile, context = definition.get("dockerfile"), definition.get("context", ".")
        if dockerfile is None:
            continue
        if not is_file(project / dockerfile):
            yield layer.mistake((*path, "dockerfile"), f"Dockerfile not found: {show_value(dockerfile)}")
        if not is_folder(project / context):
            yield layer.mistake((*path, "context"), f"folder not found: {show_value(context)}")


def _raise_mistakes(mistakes: Sequence[Mistake]) -> None:
    if mistakes:
        lines = [str(mistake) for mistake in sorted(dict.fromkeys(mistakes))]
        count = "an error" if len(lines) == 1 else f"{len(lines)} errors"
        raise join_problems(
            lines, f"the configuration has {count}", "correct them; docs/configuration.md describes every key"
        )
