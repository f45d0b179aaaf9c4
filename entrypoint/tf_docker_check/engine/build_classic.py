"""Building with the engine's own builder, through its API: for Podman, and where buildx is missing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from docker.errors import APIError
from docker.utils.build import create_archive, tar

from tf_docker_check.engine import images
from tf_docker_check.engine.build_failure import failed_build, late_build
from tf_docker_check.engine.build_input import check_input, unreadable
from tf_docker_check.engine.classic_progress import ClassicProgress
from tf_docker_check.engine.client import Client
from tf_docker_check.engine.cuttable import Cuttable
from tf_docker_check.engine.endpoint import Endpoint
from tf_docker_check.engine.protocol import BuildRequest, Built, Progress
from tf_docker_check.engine.running import Late, Running
from tf_docker_check.engine.trouble import asking, text_of
from tf_docker_check.errors import UsageError
from tf_docker_check.project.read import Absent, read_bytes

MAX_IGNORED = 1024 * 1024
DOCKERFILE = ".tf-docker-check.Dockerfile"  # its name in the context we send


def build(
    api: Client, endpoint: Endpoint, request: BuildRequest, running: Running, progress: Progress | None
) -> Built:
    """Build *request*. `cache_from` and `cache_to` are BuildKit's; this builder keeps its own cache."""
    check_input(request)
    _refuse_buildkit_only(request)
    began = time.monotonic()
    with asking("the build broke off"):
        parser, late = _build(endpoint, api.api_version, request, running, progress)
    seconds = time.monotonic() - began
    if late:
        return late_build(parser.steps, seconds, request.timeout)
    image = images.inspect(api, parser.image) if parser.image else None
    if not image:
        return failed_build(parser.steps, seconds)
    return Built(replace(image, reference=request.tag or image.id), parser.steps.values(), seconds)


def _refuse_buildkit_only(request: BuildRequest) -> None:
    wanted = ["secrets"] * bool(request.secrets) + ["named contexts"] * bool(request.contexts)
    if wanted:
        raise UsageError(
            f"this build needs {' and '.join(wanted)}, which only BuildKit has",
            why="the engine has no BuildKit (Podman), or buildx is not installed here",
            remedy="install the docker-buildx plugin, or build without them",
        )


def _build(
    endpoint: Endpoint, version: str, request: BuildRequest, running: Running, progress: Progress | None
) -> tuple[ClassicProgress, bool]:
    """What the builder said, and whether it had to be stopped."""
    parser, line = ClassicProgress(), Cuttable(endpoint, version, silence=request.timeout)

    def work() -> None:
        with line.api, _context(request) as context:
            _follow(line.api, request, context, parser, progress)

    try:
        running.call("a build", request.timeout, work, line.cut)
    except Late:
        return parser, True
    return parser, False


def _follow(
    own: Client,
    request: BuildRequest,
    context: IO[bytes],
    parser: ClassicProgress,
    progress: Callable[[str], None] | None,
) -> None:
    try:
        for event in own.build(**_options(request), fileobj=context, custom_context=True, decode=True):
            name = parser.take(event)
            if name and progress:
                progress(name)
    except APIError as error:
        if not error.is_client_error():
            raise
        parser.refuse(text_of(error))
    parser.finish()


def _options(request: BuildRequest) -> dict[str, Any]:
    return {
        "dockerfile": DOCKERFILE,
        "rm": True,
        "forcerm": True,  # also the container of the step that failed
        "tag": request.tag or None,
        "target": request.target,
        "platform": request.platform or None,
        "network_mode": request.network or None,
        "buildargs": dict(request.build_args),
        "labels": dict(request.labels),
    }


def _context(request: BuildRequest) -> Any:  # noqa: ANN401  # the SDK's temporary file
    """The archive that is sent: the context without what is ignored, and the Dockerfile."""
    if not request.context:
        return create_archive("/", files=[], extra_files=[(DOCKERFILE, request.dockerfile)])
    text = request.dockerignore or _ignored(Path(request.context, ".dockerignore"))
    patterns = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return tar(Path(request.context), exclude=patterns, dockerfile=(DOCKERFILE, request.dockerfile))
    except OSError as error:
        raise unreadable(str(error)) from error


def _ignored(path: Path) -> str:
    """The text of an ignore file; empty where there is none."""
    try:
        return read_bytes(path, MAX_IGNORED).decode(errors="replace")
    except Absent:
        return ""
