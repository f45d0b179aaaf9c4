"""The tests that need no engine, inside an image of each Python that can be had, the action's own first."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

import docker
from docker.errors import BuildError

from lab import ground
from lab.say import say, timed
from lab.stand_ins import BY_REFERENCE
from tf_docker_check.errors import EngineError

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.13", "3.10", "3.14")
"""The one of the action's image, the oldest and the newest that are supported."""


def run(arguments: Sequence[str]) -> int:
    """Run pytest with *arguments* on each; 1 where any failed. Raises EngineError."""
    references = {python: f"python:{python}-slim" for python in PYTHONS}
    found = ground.up([reference for reference in references.values() if reference in BY_REFERENCE])
    client = docker.DockerClient(base_url=found.docker_host, timeout=1800)
    codes = []
    for python, reference in references.items():
        if found.mirrors and reference not in BY_REFERENCE:
            say(f"Python {python}: not run, {reference} cannot be pulled here and has no stand-in")
            continue
        base = BY_REFERENCE[reference].tag if found.mirrors else reference
        codes.append(_test(client, base, f"tf-docker-check-tests:{python}", arguments))
        say(f"Python {python} ({base}): pytest ended with {codes[-1]}")
    client.close()
    return 1 if any(codes) else 0


def _test(client: docker.DockerClient, base: str, tag: str, arguments: Sequence[str]) -> int:
    """Build the image on *base* and run it; pytest's exit code."""
    with timed(f"an image with the tests on {base}"):
        try:
            client.images.build(
                fileobj=io.BytesIO(_context()),
                custom_context=True,
                dockerfile="tests/lab/pythons.Dockerfile",
                buildargs={"PYTHON_IMAGE": base},
                tag=tag,
                rm=True,
                forcerm=True,
            )
        except BuildError as error:
            log = "".join(str(entry.get("stream", "")) for entry in error.build_log)
            raise EngineError(f"no image with the tests on {base}: {error.msg}", why=log[-2000:]) from error
    container = client.containers.create(tag, list(arguments))
    try:
        container.start()
        for piece in container.logs(stream=True, follow=True):
            sys.stdout.buffer.write(piece)
            sys.stdout.flush()
        return int(container.wait()["StatusCode"])
    finally:
        container.remove(force=True)
        client.images.remove(tag, force=True)


def _context() -> bytes:
    """A tar of what git tracks and of new files, without the ignore file that is meant for the action's image."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0")
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name in names:
            if name != ".dockerignore" and (ROOT / name).is_file():
                tar.add(ROOT / name, name)
    return archive.getvalue()
