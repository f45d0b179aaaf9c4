"""The buildx command line for a build."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from tf_docker_check.engine.buildx import Buildx
from tf_docker_check.engine.protocol import BuildRequest
from tf_docker_check.model.private import is_private


def command_line(buildx: Buildx, request: BuildRequest, workspace: Path) -> list[str]:
    """The arguments that build *request*.

    *workspace* is a private folder with the ``Dockerfile`` and an ``empty`` context; buildx
    leaves the image's id there in ``iid``. Build arguments whose names look private are taken from
    the environment: every user of the machine can read a command line.
    """
    return [
        *buildx.command,
        "build",
        f"--builder={buildx.builder}",
        "--load",
        f"--progress={'rawjson' if buildx.rawjson else 'plain'}",
        f"--file={workspace / 'Dockerfile'}",
        f"--iidfile={workspace / 'iid'}",
        *_options(request),
        request.context or str(workspace / "empty"),
    ]


def _options(request: BuildRequest) -> Iterator[str]:
    single = {
        "tag": request.tag,
        "target": request.target,
        "platform": request.platform,
        "network": request.network,
    }
    yield from (f"--{name}={value}" for name, value in single.items() if value)
    yield from _each(
        "build-arg",
        (name if is_private(name) else f"{name}={value}" for name, value in request.build_args.items()),
    )
    yield from _each("label", (f"{name}={value}" for name, value in request.labels.items()))
    yield from _each(
        "build-context", (f"{name}=docker-image://{image}" for name, image in request.contexts.items())
    )
    yield from _each("cache-from", request.cache_from)
    yield from _each("cache-to", request.cache_to)
    for secret in request.secrets:
        source = f"env={secret.env}" if secret.env else f"src={secret.file}"
        yield f"--secret={_csv(f'id={secret.id}', source)}"


def _each(option: str, values: Iterable[str]) -> Iterator[str]:
    return (f"--{option}={value}" for value in values)


def _csv(*fields: str) -> str:
    """One record as buildx reads it: fields with commas or quotes are quoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(fields)
    return line.getvalue()
