"""Build with the engine's own builder, through its API: for Podman, and where buildx is missing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from docker.errors import APIError
from docker.utils.build import create_archive, tar

from tf_docker_check.engine import images
from tf_docker_check.engine.abortable import AbortableConnection
from tf_docker_check.engine.build_failure import failed_build_result, timed_out_build_result
from tf_docker_check.engine.build_input import check_input, unreadable_context
from tf_docker_check.engine.classic_progress import ClassicProgress
from tf_docker_check.engine.client import Client
from tf_docker_check.engine.endpoint import Endpoint
from tf_docker_check.engine.in_flight import DeadlineExceeded, InFlight
from tf_docker_check.engine.protocol import BuildRequest, EngineBuildResult, Progress
from tf_docker_check.engine.trouble import engine_errors, error_message
from tf_docker_check.errors import UsageError
from tf_docker_check.project.read import Absent, read_bytes

MAX_IGNORED = 1024 * 1024
DOCKERFILE = ".tf-docker-check.Dockerfile"  # its name in the context we send


def build(
    api: Client, endpoint: Endpoint, request: BuildRequest, in_flight: InFlight, progress: Progress | None
) -> EngineBuildResult:
    """Build *request*. `cache_from` and `cache_to` are BuildKit's; this builder keeps its own cache."""
    check_input(request)
    _refuse_buildkit_only(request)
    began = time.monotonic()
    with engine_errors("the build broke off"):
        parser, timed_out = _build(endpoint, api.api_version, request, in_flight, progress)
    seconds = time.monotonic() - began
    if timed_out:
        return timed_out_build_result(parser.steps, seconds, request.timeout)
    image = images.inspect(api, parser.image) if parser.image else None
    if not image:
        return failed_build_result(parser.steps, seconds)
    return EngineBuildResult(
        replace(image, reference=request.tag or image.id), parser.steps.values(), seconds
    )


def _refuse_buildkit_only(request: BuildRequest) -> None:
    wanted = ["secrets"] * bool(request.secrets) + ["named contexts"] * bool(request.contexts)
    if wanted:
        raise UsageError(
            f"this build needs {' and '.join(wanted)}, which only BuildKit has",
            why="the engine has no BuildKit (Podman), or buildx is not installed here",
            remedy="install the docker-buildx plugin, or build without them",
        )


def _build(
    endpoint: Endpoint, version: str, request: BuildRequest, in_flight: InFlight, progress: Progress | None
) -> tuple[ClassicProgress, bool]:
    """Run the build; return the parsed progress and whether the time limit stopped it."""
    parser, connection = ClassicProgress(), AbortableConnection(endpoint, version, silence=request.timeout)

    def work() -> None:
        with connection.api, _context(request) as context:
            _follow(connection.api, request, context, parser, progress)

    try:
        in_flight.call("a build", request.timeout, work, connection.abort)
    except DeadlineExceeded:
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
        parser.refuse(error_message(error))
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
    """Pack the archive to send: the context without ignored files, and the Dockerfile."""
    if not request.context:
        return create_archive("/", files=[], extra_files=[(DOCKERFILE, request.dockerfile)])
    text = request.dockerignore or _read_ignore_file(Path(request.context, ".dockerignore"))
    patterns = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return tar(Path(request.context), exclude=patterns, dockerfile=(DOCKERFILE, request.dockerfile))
    except OSError as error:
        raise unreadable_context(str(error)) from error


def _read_ignore_file(path: Path) -> str:
    """Return the text of an ignore file; empty if it does not exist."""
    try:
        return read_bytes(path, MAX_IGNORED).decode(errors="replace")
    except Absent:
        return ""
