"""Write the configuration that a project without one is checked by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tf_docker_check.matrix.versions import resolve
from tf_docker_check.model.config import Config, Strategy
from tf_docker_check.model.text import one_line
from tf_docker_check.plan.detect import AUTO, choose_strategies
from tf_docker_check.plan.entries import entry, flow, of_dockerfile
from tf_docker_check.plan.requirements import requirement_specs, tensorflow_specs

ON_BASES = "mine"
"""The strategy of the Dockerfile on other bases: their names are ``mine-on-…``."""


def written_configuration(project: Path) -> str:
    """Return the text of the configuration file for the project, which need not have one.

    Raises UsageError where there is no TensorFlow in the project.
    """
    notes: list[str] = []
    config = Config(strategies=(), tensorflow=AUTO, python=AUTO)
    config, left_out = choose_strategies(project, config, notes.append)
    followed = tuple(str(spec.requirement) for spec in tensorflow_specs(requirement_specs(project)))
    return _text(config, left_out, notes, followed)


def _text(config: Config, left_out: Sequence[Strategy], notes: Sequence[str], followed: Sequence[str]) -> str:
    """Return the text of a file with the strategies of *config*, and *left_out* as comments.

    *followed*: the requirements that `auto` goes by once there is a configuration; where *config* goes by
    others, the versions are written.
    """
    lines = [
        "# What tf-docker-check checks. Written by `tf-docker-check init` for you to review; all keys are optional.",
        *(f"# {one_line(note.removeprefix('no strategies are configured; '), 400)}" for note in notes),
        "version: 1",
        "defaults:",
        *_versions(config, followed),
        "strategies:",
        *(f"  {line}" for line in _strategies(config)),
    ]
    if left_out:
        lines += ["  # Not checked; remove the # to check them:", *(f"  # {entry(one)}" for one in left_out)]
    lines += [
        "# runners:  # without any: this machine, without a GPU",
        "#   cpu: {runs-on: ubuntu-latest}",
        "#   gpu: {runs-on: [self-hosted, gpu], gpu: require}",
    ]
    return "\n".join([*lines, ""])


def _versions(config: Config, followed: Sequence[str]) -> Iterator[str]:
    tensorflow = config.tensorflow
    if tensorflow == AUTO and tuple(followed) != config.requirements:
        tensorflow = resolve(tensorflow, config.requirements, pythons=_named(config.python)).versions
    for key, values in (("tensorflow", tensorflow or AUTO), ("python", config.python)):
        yield f"  {key}: {flow(values[0] if len(values) == 1 else values)}"


def _named(pythons: Sequence[str]) -> list[str]:
    return [python for python in pythons if python[:1].isdigit()]


def _strategies(config: Config) -> Iterator[str]:
    yield from (entry(strategy) for strategy in config.strategies if not strategy.on)
    on_bases = [strategy for strategy in config.strategies if strategy.on]
    user = on_bases[0].dockerfile if on_bases else None
    if user:
        names = [strategy.on for strategy in on_bases]
        yield f"{ON_BASES}: {flow({**of_dockerfile(user), 'on': names})}  # instead of its own FROM"
