"""Strategies that stand on other strategies."""

from __future__ import annotations

from collections.abc import Sequence

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Strategy


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
