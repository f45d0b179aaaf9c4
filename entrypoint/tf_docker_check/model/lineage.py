"""Strategies that stand on other strategies."""

from __future__ import annotations

from collections.abc import Sequence

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Gpu, Runner, Strategy


def promises_gpu(line: Sequence[Strategy]) -> bool:
    """Whether a GPU is to be used: the first with a say decides, of a strategy and those it stands on."""
    return next((bool(part.gpu) for part in line if part.gpu is not None), False)


def gpu_policy(line: Sequence[Strategy], runner: Runner, runners: Sequence[Runner]) -> Gpu:
    """What a cell of the strategy *line* promises about a GPU on *runner*, one of *runners*.

    Where no runner has a say about GPUs, readiness is judged.
    """
    if not promises_gpu(line):
        return Gpu.OFF
    return runner.gpu or (Gpu.OFF if any(other.gpu for other in runners) else Gpu.STATIC)


def lineage(strategy: Strategy, strategies: Sequence[Strategy]) -> tuple[Strategy, ...]:
    """*strategy*, the one it stands on, and so on down. UsageError for a stranger or a circle."""
    by_name = {known.name: known for known in strategies}
    line = [strategy]
    while line[-1].on:
        below = by_name.get(line[-1].on)
        if below is None:
            raise UsageError(
                f"strategy {line[-1].name!r} stands on {line[-1].on!r}, which is no strategy",
                remedy=f"name one of {', '.join(sorted(by_name))}",
            )
        if below in line:
            raise UsageError(f"strategy {strategy.name!r} stands on itself, by way of {line[-1].name!r}")
        line.append(below)
    return tuple(line)
