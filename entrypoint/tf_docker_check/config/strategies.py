"""From definitions to strategies: built-in ones, the user's, and Dockerfiles on bases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Value
from tf_docker_check.config.wording import nearest, shown
from tf_docker_check.model.config import Secret, Strategy, UserDockerfile
from tf_docker_check.resources.files import document

Definition = Mapping[str, Value]


def built_in() -> Layer:
    """The strategies that can be named without being defined, as the lowest layer."""
    return Layer({"strategies": document("recipes/strategies.json")})


@dataclass(frozen=True)
class Strategies:
    """The strategies chosen, what they stand on besides, and what is wrong."""

    chosen: tuple[Strategy, ...]
    bases: tuple[Strategy, ...]
    mistakes: tuple[Mistake, ...]


def resolve(layer: Layer, names: Sequence[str]) -> Strategies:
    """The strategies of the definitions in *layer* that *names* choose.

    A Dockerfile on several bases is chosen as a whole by its own name, or singly as NAME-on-BASE.
    """
    definitions: Mapping[str, Definition] = layer.values["strategies"]
    made = {name: _made(name, definition) for name, definition in definitions.items()}
    singles = {each.name: each for several in made.values() for each in several}
    chosen = {each.name: each for name in names for each in made[name] or _one(singles.get(name))}
    bases = [singles[each.on] for each in chosen.values() if each.on in singles and each.on not in chosen]
    wrong = [layer.mistake(path, text) for path, text in _wrong(definitions, made)]
    return Strategies(tuple(chosen.values()), tuple(dict.fromkeys(bases)), tuple(wrong))


def _one(strategy: Strategy | None) -> tuple[Strategy, ...]:
    return (strategy,) if strategy else ()


def _made(name: str, definition: Definition) -> tuple[Strategy, ...]:
    """The strategies that one definition stands for; none where it says too little."""
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
        gpu=definition.get("gpu", False),
    )


def _on_dockerfile(name: str, definition: Definition, on: str) -> Strategy:
    return Strategy(
        name,
        recipe="dockerfile",
        dockerfile=user_dockerfile(definition),
        on=on,
        tensorflow=texts(definition.get("tensorflow")),
        python=texts(definition.get("python")),
        gpu=definition.get("gpu", False),
    )


def user_dockerfile(definition: Definition) -> UserDockerfile:
    """How the user builds their Dockerfile."""
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
    """One text or a list of them, each once."""
    return (value,) if isinstance(value, str) else tuple(dict.fromkeys(value or ()))


def _wrong(
    definitions: Mapping[str, Definition], made: Mapping[str, tuple[Strategy, ...]]
) -> Iterator[tuple[KeyPath, str]]:
    """(path, what is wrong there)."""
    singles = Counter(strategy.name for several in made.values() for strategy in several)
    known = [*singles, *(name for name in made if made[name])]
    for name, definition in definitions.items():
        path: KeyPath = ("strategies", name)
        if "from" in definition and "dockerfile" in definition:
            yield (*path, "dockerfile"), f"{name!r} has an image already; name this strategy differently"
        if not made[name] and (definition or name not in singles):
            how = nearest(name, known) or "; give it `from` (an image) or `dockerfile`"
            yield path, f"there is no strategy {name!r}{how}"
        for place, base in _bases(path, definition):
            if wrong := _wrong_base(base, definitions):
                yield place, wrong
            elif singles[f"{name}-on-{base}"] > 1 or definitions.get(f"{name}-on-{base}"):
                yield place, f"this makes a second strategy named '{name}-on-{base}'"


def _wrong_base(base: str, definitions: Mapping[str, Definition]) -> str:
    definition = definitions.get(base, {})
    if "dockerfile" in definition:
        return f"{base!r} builds a Dockerfile itself; `on` takes strategies that are images"
    if "from" in definition:
        return ""
    images = [name for name in definitions if "from" in definitions[name]]
    return f"there is no strategy {shown(base)}{nearest(base, images)}"


def _bases(path: KeyPath, definition: Definition) -> Iterator[tuple[KeyPath, str]]:
    on = definition.get("on", ())
    if isinstance(on, str):
        yield (*path, "on"), on
    else:
        yield from (((*path, "on", index), base) for index, base in enumerate(dict.fromkeys(on)))
