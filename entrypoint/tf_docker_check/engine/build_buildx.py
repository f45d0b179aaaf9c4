"""Build with BuildKit, through the buildx program."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tf_docker_check.engine import images
from tf_docker_check.engine.build_failure import failed_build_result, timed_out_build_result
from tf_docker_check.engine.build_input import check_input
from tf_docker_check.engine.buildx import Buildx
from tf_docker_check.engine.buildx_command import buildx_environment, command_line
from tf_docker_check.engine.child import follow
from tf_docker_check.engine.client import Client
from tf_docker_check.engine.endpoint import Endpoint
from tf_docker_check.engine.in_flight import InFlight
from tf_docker_check.engine.info import disk_free
from tf_docker_check.engine.plain_progress import PlainProgress
from tf_docker_check.engine.protocol import BuildRequest, EngineBuildResult, Progress
from tf_docker_check.engine.rawjson import RawJson
from tf_docker_check.engine.scratch import scratch_folder
from tf_docker_check.engine.trouble import engine_errors
from tf_docker_check.errors import CannotJudge, EngineError
from tf_docker_check.model.image import Image

INTERNAL = "[internal]"  # BuildKit's own housekeeping


def build(
    api: Client,
    buildx: Buildx,
    endpoint: Endpoint,
    request: BuildRequest,
    *,
    in_flight: InFlight,
    progress: Progress | None,
) -> EngineBuildResult:
    """Build *request* in the engine at *endpoint*, whose API is *api*."""
    check_input(request)
    parser = RawJson() if buildx.rawjson else PlainProgress()

    def take(data: bytes) -> None:
        for name in parser.feed(data):
            if progress and not name.startswith(INTERNAL):
                progress(name)

    with engine_errors("cannot ask the container engine about its disk"):
        info = api.info()
    free: list[int | None] = [None]
    began = time.monotonic()
    with _temporary_folder_errors(), _workspace(request) as workspace:
        environment = _environment(buildx, endpoint, workspace)
        command = command_line(buildx, request, workspace, environment)
        status, timed_out = follow(
            command,
            buildx_environment(request.build_args, environment),
            request.timeout,
            in_flight,
            take,
            at_limit=lambda: free.append(disk_free(info, endpoint.host)),
        )
        built = (workspace / "iid").read_text() if status == 0 else ""
    parser.finish()
    seconds = time.monotonic() - began
    if status == 0:
        return EngineBuildResult(_image(api, built, request.tag), parser.steps.values(), seconds)
    with engine_errors("the build broke off"):
        api.ping()
    if timed_out:
        return timed_out_build_result(parser.steps, seconds, request.timeout, free[-1])
    return failed_build_result(parser.steps, seconds)


def _image(api: Client, built: str, tag: str) -> Image:
    """Return the image just built. Some image stores know it by its tag only, not by BuildKit's id."""
    image = images.inspect(api, built) or (images.inspect(api, tag) if tag else None)
    if not image:
        raise EngineError(
            "the image just built has disappeared", why=f"the engine does not know {tag or built}"
        )
    return replace(image, reference=tag or image.id)


@contextmanager
def _temporary_folder_errors() -> Iterator[None]:
    """Raise CannotJudge for an OSError: the temporary folder was removed or its disk is full."""
    try:
        yield
    except OSError as error:
        raise CannotJudge("the build's temporary folder cannot be used", why=str(error)) from error


@contextmanager
def _workspace(request: BuildRequest) -> Iterator[Path]:
    """Make a private folder with the Dockerfile, its ignore file and an empty context."""
    with scratch_folder() as folder:
        (folder / "empty").mkdir()
        (folder / "Dockerfile").write_text(request.dockerfile, encoding="utf-8")
        if request.dockerignore:
            (folder / "Dockerfile.dockerignore").write_text(request.dockerignore, encoding="utf-8")
        yield folder


def _environment(buildx: Buildx, endpoint: Endpoint, workspace: Path) -> dict[str, str]:
    """Return our environment (credentials, proxies, secrets), pointed at *endpoint*; nothing is written to HOME."""
    ours = {name: value for name, value in os.environ.items() if name != "DOCKER_CONTEXT"}
    ours |= {"DOCKER_HOST": endpoint.host, "BUILDX_GIT_INFO": "false", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
    if not Path(ours.get("HOME") or "/").is_dir():  # buildx would not start
        ours["HOME"] = str(workspace)
    if buildx.local:
        ours["BUILDX_CONFIG"] = str(workspace / "buildx")
    if endpoint.certificates:
        ours["DOCKER_CERT_PATH"] = endpoint.certificates
        ours["DOCKER_TLS_VERIFY"] = "1" if endpoint.verify else ""
    return ours
