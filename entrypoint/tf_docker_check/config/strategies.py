"""Build strategies from their definitions: built-in ones, the user's, Dockerfiles on bases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Value
from tf_docker_check.config.wording import nearest, show_value
from tf_docker_check.model.config import Secret, Strategy, UserDockerfile
from tf_docker_check.resources.files import document

Definition = Mapping[str, Value]


def built_in() -> Layer:
    """Return the built-in strategies as the lowest layer."""
    return Layer({"strategies": document("recipes/strategies.json")})


@dataclass(frozen=True)
class Strategies:
    """The selected strategies, the further ones that they build on, and mistakes in their definitions."""

    chosen: tuple[Strategy, ...]
    bases: tuple[Strategy, ...]
    mistakes: tuple[Mistake, ...]


def resolve_strategies(layer: Layer, names: Sequence[str]) -> Strategies:
    """Build the strategies that *names* select from the definitions in *layer*.

    The name of a Dockerfile on several bases selects all of them, NAME-on-BASE one of them.
    """
    definitions: Mapping[str, Definition] = layer.values["strategies"]
    made = {name: _make_strategies(name, definition) for name, definition in definitions.items()}
    singles = {single.name: single for several in made.values() for single in several}
    chosen = {single.name: single for name in names for single in made[name] or _as_tuple(singles.get(name))}
    bases = [singles[part.on] for part in chosen.values() if part.on in singles and part.on not in chosen]
    wrong = [layer.mistake(path, text) for path, text in _find_problems(definitions, made)]
    return Strategies(tuple(chosen.values()), tuple(dict.fromkeys(bases)), tuple(wrong))


def _as_tuple(strategy: Strategy | None) -> tuple[Strategy, ...]:
    return (strategy,) if strategy else ()


def _make_strategies(name: str, definition: Definition) -> tuple[Strategy, ...]:
    """Build the strategies of one definition; empty if it has neither image nor Dockerfile."""
    if "dockerfile" in definition:
        bases = texts(definition.get("on"))
        on = [(f"{name}-on-{base}", base) for base in bases] or [(name, "")]
        return tuple(_on_dockerfile(full_name, definition, base) for full_name, base in on)
    return (_on_image(name, definition),) if "from" in definition else ()


def _on_image(name: str, definition: Definition) -> Strategy:
    install = texts(definition.get("install"))
    return Strategy(
        name,
        image=definition["from"],
        install=install,
        recipe=f"python-{definition.get('installer', 'pip')}" if install else "image",
        tensorflow=texts(definition.get("tensorflow")),
        python=texts(definition.get("python")),
        gpu=definition.get("gpu"),
    )


def _on_dockerfile(name: str, definition: Definition, on: str) -> Strategy:
    return Strategy(
        name,
        recipe="dockerfile",
        dockerfile=user_dockerfile(definition),
        on=on,
        tensorflow=texts(definition.get("tensorflow")),
        python=texts(definition.get("python")),
        gpu=definition.get("gpu"),
    )


def user_dockerfile(definition: Definition) -> UserDockerfile:
    """Return the build settings of the user's Dockerfile."""
    return UserDockerfile(
        path=definition["dockerfile"],
        context=definition.get("context", "."),
        target=definition.get("target", ""),
        build_args=tuple(definition.get("build-args", {}).items()),
        secrets=tuple(_secret(secret) for secret in definition.get("secrets", ())),
    )


def _secret(value: str | Mapping[str, str]) -> Secret:
    if isinstance(value, str):
        return Secret(value, env=value)
    file = value.get("file", "")
    return Secret(value["id"], env=value.get("env", "" if file else value["id"]), file=file)


def texts(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return one text or a list of them as a tuple without duplicates."""
    return (value,) if isinstance(value, str) else tuple(dict.fromkeys(value or ()))


def _find_problems(
    definitions: Mapping[str, Definition], made: Mapping[str, tuple[Strategy, ...]]
) -> Iterator[tuple[KeyPath, str]]:
    """Yield path and message of each mistake in the definitions."""
    singles = Counter(strategy.name for several in made.values() for strategy in several)
    known = [*singles, *(name for name in made if made[name])]
    for name, definition in definitions.items():
        path: KeyPath = ("strategies", name)
        if "from" in definition and "dockerfile" in definition:
            yield (*path, "dockerfile"), f"strategy {name!r} already has an image; use another name"
        if not made[name] and (definition or name not in singles):
            how = nearest(name, known) or "; define it with `from` (an image) or `dockerfile`"
            yield path, f"unknown strategy {name!r}{how}"
        for place, base in _bases(path, definition):
            if wrong := _base_problem(base, definitions):
                yield place, wrong
            elif singles[f"{name}-on-{base}"] > 1 or definitions.get(f"{name}-on-{base}"):
                yield place, f"duplicate strategy name '{name}-on-{base}'"


def _base_problem(base: str, definitions: Mapping[str, Definition]) -> str:
    definition = definitions.get(base, {})
    if "dockerfile" in definition:
        return f"{base!r} builds a Dockerfile; `on` must name strategies with `from`"
    if "from" in definition:
        return ""
    images = [name for name in definitions if "from" in definitions[name]]
    return f"unknown strategy {show_value(base)}{nearest(base, images)}"


def _bases(path: KeyPath, definition: Definition) -> Iterator[tuple[KeyPath, str]]:
    on = definition.get("on", ())
    if isinstance(on, str):
        yield (*path, "on"), on
    else:
        yield from (((*path, "on", index), base) for index, base in enumerate(dict.fromkeys(on)))
