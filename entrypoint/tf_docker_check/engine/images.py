"""Local images: what the engine knows of them, how they come and go."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from docker.errors import DockerException, ImageNotFound

from tf_docker_check.engine import labels
from tf_docker_check.engine.client import Client
from tf_docker_check.engine.protocol import Progress
from tf_docker_check.engine.registry_trouble import Refusal, classify, error_for
from tf_docker_check.engine.trouble import asking, text_of
from tf_docker_check.model.image import Image

PAUSES = (1.0, 4.0)  # seconds before the second and the third try
REPORT_EVERY = 2.0  # seconds between two progress lines of one pull


def inspect(api: Client, reference: str) -> Image | None:
    """The local image *reference*, or None."""
    with asking(f"cannot inspect {reference}"):
        try:
            told: dict[str, Any] = api.inspect_image(reference)  # type: ignore[no-untyped-call]
            return image_of(reference, told)
        except ImageNotFound:
            return None


def image_of(reference: str, told: Mapping[str, Any]) -> Image:
    """An Image from the engine's own description."""
    config = told.get("Config") or {}
    marks = config.get("Labels") or {}
    return Image(
        id=told["Id"],
        reference=reference,
        digest=_digest(reference, told.get("RepoDigests") or []),
        size=told.get("Size") or 0,
        layers=len((told.get("RootFS") or {}).get("Layers") or []),
        architecture=told.get("Architecture") or "",
        os=told.get("Os") or "",
        environment=tuple(_pair(text) for text in config.get("Env") or []),
        entrypoint=tuple(config.get("Entrypoint") or []),
        user=config.get("User") or "",
        labels=tuple(sorted(marks.items())),
        stand_in=labels.STAND_IN in marks,
    )


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _digest(reference: str, repo_digests: list[str]) -> str:
    wanted = repository(reference)
    by_repository = {repository(known): known.partition("@")[2] for known in repo_digests}
    if reference.startswith("sha256:") and by_repository:
        return next(iter(by_repository.values()))
    return by_repository.get(wanted, "")


def repository(reference: str) -> str:
    """*reference* without tag and digest, as docker shows it (no ``docker.io/library/``)."""
    name = reference.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    name = folder + slash + last.partition(":")[0]
    return name.removeprefix("docker.io/").removeprefix("library/")


def pull(api: Client, reference: str, platform: str = "", progress: Progress | None = None) -> Image:
    """Pull *reference*, trying again where that may help and there is no local copy to go on with.

    Raises RegistryError, ImageNotFound or, where the engine is at fault, EngineError.
    """
    pauses = () if inspect(api, reference) else PAUSES
    for pause in (*pauses, None):
        problem = _try_pull(api, reference, platform, progress)
        if not problem:
            return inspect(api, reference) or _vanished(reference)
        if pause is None or classify(problem) is not Refusal.TRANSIENT:
            break
        time.sleep(pause)
    raise error_for(reference, problem)


def _vanished(reference: str) -> Image:
    raise error_for(reference, "the image was removed by somebody while it was pulled")


def _try_pull(api: Client, reference: str, platform: str, progress: Progress | None) -> str:
    """Pull once; the registry's complaint, empty where there was none."""
    with asking(f"cannot pull {reference}"):
        try:
            told = api.pull(_with_tag(reference), stream=True, decode=True, platform=platform or None)
            return _follow(told, reference, progress)
        except DockerException as error:  # the registry's word, or a broken credential helper's
            return text_of(error)


def _with_tag(reference: str) -> str:
    """*reference* with ``:latest`` where it has neither tag nor digest; else every tag comes."""
    named = "@" in reference or ":" in reference.rpartition("/")[2]
    return reference if named else f"{reference}:latest"


def _follow(told: Iterable[dict[str, Any]], reference: str, progress: Progress | None) -> str:
    layers: dict[str, tuple[int, int]] = {}
    next_report = time.monotonic() + REPORT_EVERY
    for event in told:
        if "error" in event:
            return str(event["error"])
        detail = event.get("progressDetail") or {}
        if event.get("status") == "Downloading" and detail.get("total"):
            layers[event.get("id", "")] = (detail.get("current", 0), detail["total"])
        if progress and layers and time.monotonic() >= next_report:
            next_report = time.monotonic() + REPORT_EVERY
            done, total = (sum(column) / 1e6 for column in zip(*layers.values(), strict=True))
            progress(f"pulling {reference}: {done:.0f} of {total:.0f} MB")
    return ""


def remove(api: Client, reference: str) -> None:
    """Remove one image; that it is gone already is fine."""
    with asking(f"cannot remove {reference}"), suppress(ImageNotFound):
        api.remove_image(reference, force=reference.startswith("sha256:"))
