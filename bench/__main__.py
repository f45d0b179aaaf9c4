"""`make bench`: seconds and ratios, side by side on this machine.

`python -m bench small` takes little of each, to see that all of it works; its figures mean nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import deep, image, knowledge, matrix, report
from lab import apt, demo, ground
from tf_docker_check.engine.buildx import find_buildx

RATIOS = (
    ("script, cold", "tool, cold", "times as fast as the script, cold (aim: 2)"),
    ("script, warm", "tool, warm", "times as fast as the script, warm"),
    ("tool, cold", "engine's bound, cold", "of the engine's bound, cold (aim: 1.05)"),
    ("tool, warm", "engine's bound, warm", "of the engine's bound, warm"),
    ("tool", "one process", "of one process doing the six checks (aim: 1.2)"),
    ("cell, deep checks on", "cell, deep checks off", "of a cell without the deep checks"),
    ("cell, profile full", "cell, deep checks on", "of the standard profile"),
    ("hadolint", "lint", "times as fast as hadolint (aim: 1)"),
    ("syft", "inspect", "times as fast as syft (aim: 1)"),
    ("predict, the aim", "predict", "of the half second that 1,000 predictions may take (aim: 1)"),
    ("grep -E", "explain", "times as fast as grep -E (aim: 1)"),
    ("container-structure-test", "one process", "of one process: container-structure-test"),
)


def main(*, small: bool = False) -> int:
    found = ground.up(demo.IMAGES)
    if not shutil.which("docker"):
        apt.install("docker-cli")
    with TemporaryDirectory() as scratch:
        environment = with_buildx(found.environment, Path(scratch))
        taken: dict[str, float] = {}
        heavy = () if small else (image.measure, deep.measure, matrix.measure, report_of_the_matrix)
        for measure in (*heavy, partial(knowledge.measure, small=small)):
            for name, spent in measure(found, environment, Path(scratch)):
                print(f"{spent:8.1f} s  {name}", flush=True)
                taken[name] = spent
    for slow, fast, what in RATIOS:
        if slow not in taken or fast not in taken:
            continue
        print(f"{taken[slow] / taken[fast]:8.2f}    {what}")
    print(f"on {os.cpu_count()} CPUs")
    return 0


def report_of_the_matrix(
    _ground: ground.Ground, environment: Mapping[str, str], scratch: Path
) -> Iterator[tuple[str, float]]:
    """Reports of what `matrix.measure` has left in *scratch*, many times over."""
    for size in (1_000, 10_000):
        yield from report.measure(scratch / "warm/results.json", size, environment, scratch).items()


def with_buildx(environment: Mapping[str, str], scratch: Path) -> Mapping[str, str]:
    """Let `docker build` of the script use the builder that the tool uses."""
    buildx = find_buildx(environment)
    if not buildx or len(buildx.command) > 1:
        return environment
    plugins = scratch / "docker/cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-buildx").symlink_to(buildx.command[0])
    return {**environment, "DOCKER_CONFIG": str(plugins.parent)}


if __name__ == "__main__":
    sys.exit(main(small=sys.argv[1:] == ["small"]))
