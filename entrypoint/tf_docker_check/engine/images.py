"""Local images: what the engine knows of them, how they come and go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
from docker.errors import DockerException, ImageNotFound

from tf_docker_check.engine import labels
from tf_docker_check.engine.client import PATIENCE, Client
from tf_docker_check.engine.cuttable import Cuttable
from tf_docker_check.engine.endpoint import Endpoint
from tf_docker_check.engine.protocol import Progress
from tf_docker_check.engine.registry_trouble import Refusal, classify, error_for
from tf_docker_check.engine.running import Late, Running
from tf_docker_check.engine.trouble import ENGINE_TROUBLE, asking, text_of
from tf_docker_check.errors import EngineError, RegistryError
from tf_docker_check.image.reference import Reference
from tf_docker_check.model.image import Image
from tf_docker_check.model.private import HIDDEN, is_private

NOTICE_AFTER = 5.0  # seconds of a registry's silence after which it is told
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
    return name, HIDDEN if is_private(name) else value


def _digest(reference: str, repo_digests: list[str]) -> str:
    found = [known for known in map(Reference.try_parse, repo_digests) if known]
    if reference.startswith("sha256:"):
        return found[0].digest if found else ""
    wanted = Reference.try_parse(reference)
    return next((known.digest for known in found if wanted and known.name == wanted.name), "")


@dataclass(frozen=True)
class Pull:
    """An image to fetch, in *seconds* at most."""

    reference: str
    platform: str
    seconds: float
    progress: Progress | None


def pull(api: Client, endpoint: Endpoint, wanted: Pull, running: Running) -> Image:
    """Pull *wanted*, trying again where that may help and there is no local copy to go on with.

    Raises RegistryError, ImageNotFound or, where the engine is at fault, EngineError.
    """
    reference, line = wanted.reference, Cuttable(endpoint, api.api_version, silence=PATIENCE)
    pauses = () if inspect(api, reference) else PAUSES
    try:
        problem = running.call("a pull", wanted.seconds, lambda: _pull(line.api, wanted, pauses), line.cut)
    except Late:
        raise _late(wanted) from None
    except EngineError as error:
        if not isinstance(error.__cause__, requests.ReadTimeout | requests.ConnectionError):
            raise
        raise _silent(api, wanted) or error from None
    if problem:
        raise error_for(reference, problem)
    return inspect(api, reference) or _vanished(reference)


def _pull(api: Client, wanted: Pull, pauses: Sequence[float]) -> str:
    """The registry's last complaint, empty where there was none."""
    with api:
        problem = _try_pull(api, wanted)
        for pause in pauses:
            if classify(problem) is not Refusal.TRANSIENT:
                break
            time.sleep(pause)
            problem = _try_pull(api, wanted)
        return problem


def _late(wanted: Pull) -> RegistryError:
    return RegistryError(
        f"cannot pull {wanted.reference}: it took longer than {wanted.seconds:.0f} s",
        remedy="try again, raise the limit (`limits: build-minutes`), or name a mirror under `mirrors`",
    )


def _silent(api: Client, wanted: Pull) -> RegistryError | None:
    """The error for a registry that an engine waited for in vain; None where the engine itself is silent."""
    try:
        api.ping()
    except ENGINE_TROUBLE:
        return None
    return RegistryError(
        f"cannot pull {wanted.reference}: its registry did not answer",
        why=f"the engine, which answers, had no word of it for {PATIENCE:.0f} s",
        remedy="try again later, check the engine's network and proxy, or name a mirror under `mirrors`",
    )


def _vanished(reference: str) -> Image:
    raise error_for(reference, "the image was removed by somebody while it was pulled")


def _try_pull(api: Client, wanted: Pull) -> str:
    """Pull once; the registry's complaint, empty where there was none."""
    reference = Reference.try_parse(wanted.reference)
    tagged = str(reference or wanted.reference)  # with `latest` where it names nothing: else every tag comes
    waiting = threading.Timer(NOTICE_AFTER, _tell_waiting, (wanted,))
    waiting.daemon = True
    waiting.start()
    with asking(f"cannot pull {wanted.reference}"):
        try:
            events = api.pull(tagged, stream=True, decode=True, platform=wanted.platform or None)
            return _follow(_until_first(events, waiting.cancel), wanted.reference, wanted.progress)
        except DockerException as error:  # the registry's word, or a broken credential helper's
            return text_of(error)
        finally:
            waiting.cancel()


def _tell_waiting(wanted: Pull) -> None:
    if wanted.progress:
        wanted.progress(f"waiting for the registry of {wanted.reference}")


def _until_first(events: Iterable[dict[str, Any]], stop: Callable[[], None]) -> Iterator[dict[str, Any]]:
    """*events*, with *stop* called at the first."""
    for event in events:
        stop()
        yield event


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
