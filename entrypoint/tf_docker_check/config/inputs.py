"""Read the action's inputs as a layer over the file. All are text; empty means not given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from tf_docker_check.config.layer import KeyPath, Layer, Mistake, Place, Value
from tf_docker_check.config.wording import nearest, show_value

DOCKERFILE = "dockerfile"
"""Name of the strategy that the inputs `dockerfile`, `context`, `target` and `build-args` define."""

LISTS: Mapping[str, KeyPath] = {
    "tensorflow-versions": ("defaults", "tensorflow"),
    "python-versions": ("defaults", "python"),
    "cell": ("matrix", "include"),
}
TEXTS: Mapping[str, tuple[KeyPath, ...]] = {
    "fail-on": (("fail-on",),),
    "max-parallel": (("limits", "parallel"),),
    "max-cells": (("matrix", "max-cells"),),
    "disk-reserve-gb": (("limits", "disk-reserve-gb"),),
    # Both limits, since those of the file would win over a mere default.
    "timeout-minutes": (("limits", "build-minutes"), ("limits", "check-minutes")),
    "context": (("strategies", DOCKERFILE, "context"),),
    "target": (("strategies", DOCKERFILE, "target"),),
}
_PROMISES = ("auto", "off", "static", "require")

_Entry = tuple[KeyPath, Value, str]  # where it goes, what it is, the input's name


def read_inputs(inputs: Mapping[str, str], file: Layer) -> tuple[Layer, list[Mistake]]:
    """Return the layer of *inputs*, to be merged over *file*, and the mistakes in their form.

    `strategies` selects; a Dockerfile among the inputs adds a strategy. `gpu` applies to every runner;
    `cpu-runs-on` and `gpu-runs-on` are the labels of the runners without and with a GPU. Inputs that
    do not configure anything are ignored.
    """
    given = {name: text.strip() for name, text in inputs.items() if text.strip()}
    entries = [
        *_strategies(given, file),
        *_plain(given),
        *_arguments(given),
        *_runners(given, file),
        *_labels_entries(given, file),
    ]
    values: dict[str, Value] = {}
    for path, value, _ in entries:
        _put(values, path, value)
    places = {path: Place(f"input {name}") for path, _, name in entries}
    return Layer(values, {}, places), _find_mistakes(given)


def names_dockerfile(inputs: Mapping[str, str]) -> bool:
    """Whether the inputs describe a Dockerfile."""
    return any(inputs.get(name, "").strip() for name in ("dockerfile", "context", "target", "build-args"))


def split_list(text: str) -> list[str]:
    """Split a comma or newline list. The commas of a range, as in ``>=2.15,<2.18``, do not separate."""
    result: list[str] = []
    for line in text.splitlines():
        in_range = False
        for piece in filter(None, (part.strip() for part in line.split(","))):
            operator = piece[0] in "<>=!~"
            if operator and in_range:
                result[-1] += f",{piece}"
            else:
                result.append(piece)
            in_range = operator
    return result


def _plain(given: Mapping[str, str]) -> Iterator[_Entry]:
    for name in given:
        if name in LISTS:
            yield LISTS[name], split_list(given[name]), name
        for path in TEXTS.get(name, ()):
            yield path, given[name], name


def _strategies(given: Mapping[str, str], file: Layer) -> Iterator[_Entry]:
    if "strategies" in given:
        for chosen in split_list(given["strategies"]):
            yield ("strategies", chosen), {}, "strategies"
    if not names_dockerfile(given):
        return
    if "strategies" not in given:
        for chosen in _section(file, "strategies"):
            yield ("strategies", chosen), {}, DOCKERFILE
    yield ("strategies", DOCKERFILE, "dockerfile"), _dockerfile(given, file), DOCKERFILE


def _dockerfile(given: Mapping[str, str], file: Layer) -> str:
    """Return the path of the Dockerfile; by default in the context, as for `docker build`."""
    defined = _section(file, "strategies").get(DOCKERFILE)
    configured = defined.get("dockerfile") if isinstance(defined, Mapping) else None
    context = given.get("context", "").rstrip("/")
    return given.get("dockerfile") or configured or (f"{context}/Dockerfile" if context else "Dockerfile")


def _arguments(given: Mapping[str, str]) -> Iterator[_Entry]:
    for line in given.get("build-args", "").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals:
            yield ("strategies", DOCKERFILE, "build-args", name), value, "build-args"


def _runners(given: Mapping[str, str], file: Layer) -> Iterator[_Entry]:
    promise = given.get("gpu", "auto")
    if promise == "auto" or promise not in _PROMISES:
        return
    usual = "gpu" if promise == "require" else "cpu"
    for runner in _section(file, "runners") or (usual,):
        yield ("runners", runner, "gpu"), promise, "gpu"


def _labels_entries(given: Mapping[str, str], file: Layer) -> Iterator[_Entry]:
    """Yield the labels of the runners of each kind; adds a GPU runner if the file has none."""
    runners = _section(file, "runners")
    with_gpu = [name for name, runner in runners.items() if _promise(runner) == "require"]
    without = [name for name in runners if name not in with_gpu] if runners else ["cpu"]
    if not runners and "gpu-runs-on" in given:  # the default runner
        yield ("runners", "cpu"), {}, "gpu-runs-on"
    if "cpu-runs-on" in given:
        for name in without:
            yield ("runners", name, "runs-on"), labels(given["cpu-runs-on"]), "cpu-runs-on"
    if "gpu-runs-on" in given:
        for name in with_gpu or ["gpu"]:
            yield ("runners", name, "runs-on"), labels(given["gpu-runs-on"]), "gpu-runs-on"
            yield ("runners", name, "gpu"), "require", "gpu-runs-on"


def _promise(runner: Value) -> str:
    return str(runner.get("gpu", "")) if isinstance(runner, Mapping) else ""


def labels(text: str) -> Sequence[str]:
    """Parse a runner's labels: a comma or newline list, or a JSON array as for ``fromJSON``."""
    try:
        parsed = json.loads(text) if text.startswith("[") else None
    except (ValueError, RecursionError):
        parsed = None
    return (
        parsed
        if isinstance(parsed, list) and all(isinstance(label, str) for label in parsed)
        else split_list(text)
    )


def _find_mistakes(given: Mapping[str, str]) -> list[Mistake]:
    mistakes = [
        Mistake(Place("input build-args"), f"{show_value(line.strip())} has no value; write NAME=VALUE")
        for line in given.get("build-args", "").splitlines()
        if line.strip() and "=" not in line
    ]
    promise = given.get("gpu", "auto")
    if promise not in _PROMISES:
        what = f"invalid value {show_value(promise)}; must be one of {', '.join(_PROMISES)}"
        what += nearest(promise, _PROMISES)
        mistakes.append(Mistake(Place("input gpu"), what))
    return mistakes


def _section(file: Layer, key: str) -> Mapping[str, Value]:
    """Return a section of the file; empty if it is missing or no mapping."""
    section = file.values.get(key)
    return section if isinstance(section, Mapping) else {}


def _put(values: dict[str, Value], path: KeyPath, value: Value) -> None:
    *above, last = (str(key) for key in path)
    for key in above:
        values = values.setdefault(key, {})
    values[last] = value
