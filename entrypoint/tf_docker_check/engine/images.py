"""Inspect, pull and remove local images."""

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
from tf_docker_check.engine.abortable import AbortableConnection
from tf_docker_check.engine.client import PATIENCE, Client
from tf_docker_check.engine.endpoint import Endpoint
from tf_docker_check.engine.in_flight import DeadlineExceeded, InFlight
from tf_docker_check.engine.protocol import Progress
from tf_docker_check.engine.registry_trouble import Refusal, classify, pull_error
from tf_docker_check.engine.trouble import ENGINE_TROUBLE, engine_errors, error_message
from tf_docker_check.errors import EngineError, RegistryError
from tf_docker_check.image.reference import Reference
from tf_docker_check.model.image import Image
from tf_docker_check.model.redact import REDACTED, looks_secret

ANSWER_SECONDS = 60.0  # until the first word of a pull, which the engine has from the registry
NOTICE_AFTER = 5.0  # seconds without an answer of the registry after which progress says so
PAUSES = (1.0, 4.0)  # seconds before the second and the third try
REPORT_EVERY = 2.0  # seconds between two progress lines of one pull


def inspect(api: Client, reference: str) -> Image | None:
    """Return the local image *reference*, or None. Raises EngineError."""
    with engine_errors(f"cannot inspect {reference}"):
        try:
            description: dict[str, Any] = api.inspect_image(reference)  # type: ignore[no-untyped-call]
            return parse_image(reference, description)
        except ImageNotFound:
            return None


def parse_image(reference: str, description: Mapping[str, Any]) -> Image:
    """Build an Image from the engine's description."""
    config = description.get("Config") or {}
    image_labels = config.get("Labels") or {}
    return Image(
        id=description["Id"],
        reference=reference,
        digest=_digest(reference, description.get("RepoDigests") or []),
        size=description.get("Size") or 0,
        layers=len((description.get("RootFS") or {}).get("Layers") or []),
        architecture=description.get("Architecture") or "",
        os=description.get("Os") or "",
        environment=tuple(_pair(text) for text in config.get("Env") or []),
        entrypoint=tuple(config.get("Entrypoint") or []),
        user=config.get("User") or "",
        labels=tuple(sorted(image_labels.items())),
        stand_in=labels.STAND_IN in image_labels,
    )


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, REDACTED if looks_secret(name) else value


def _digest(reference: str, repo_digests: list[str]) -> str:
    references = [known for known in map(Reference.try_parse, repo_digests) if known]
    if reference.startswith("sha256:"):
        return references[0].digest if references else ""
    spec = Reference.try_parse(reference)
    return next((known.digest for known in references if spec and known.name == spec.name), "")


@dataclass(frozen=True)
class PullSpec:
    """An image to fetch, in *seconds* at most."""

    reference: str
    platform: str
    seconds: float
    progress: Progress | None


def pull(api: Client, endpoint: Endpoint, spec: PullSpec, in_flight: InFlight) -> Image:
    """Pull *spec*, trying again where that may help and there is no local copy to go on with.

    Raises RegistryError, ImageNotFound or, where the engine is at fault, EngineError.
    """
    reference = spec.reference
    connection = AbortableConnection(endpoint, api.api_version, silence=ANSWER_SECONDS)
    pauses = () if inspect(api, reference) else PAUSES
    try:
        problem = in_flight.call(
            "a pull", spec.seconds, lambda: _pull(connection, spec, pauses), connection.abort
        )
    except DeadlineExceeded:
        raise _timeout_error(spec) from None
    except EngineError as error:
        if not isinstance(error.__cause__, requests.ReadTimeout | requests.ConnectionError):
            raise
        raise _silent_registry_error(api, spec, connection.api.silence) or error from None
    if problem:
        raise pull_error(reference, problem)
    return inspect(api, reference) or _raise_vanished(reference)


def _pull(connection: AbortableConnection, spec: PullSpec, pauses: Sequence[float]) -> str:
    """Pull with retries; return the registry's last error, empty on success."""
    with connection.api:
        problem = _try_pull(connection, spec)
        for pause in pauses:
            if classify(problem) is not Refusal.TRANSIENT:
                break
            time.sleep(pause)
            problem = _try_pull(connection, spec)
        return problem


def _timeout_error(spec: PullSpec) -> RegistryError:
    return RegistryError(
        f"cannot pull {spec.reference}: it took longer than {spec.seconds:.0f} s",
        remedy="try again, raise the limit (`limits: build-minutes`), or name a mirror under `mirrors`",
    )


def _silent_registry_error(api: Client, spec: PullSpec, seconds: float) -> RegistryError | None:
    """Return the error for a registry that did not answer; None where the engine itself does not answer."""
    try:
        api.ping()
    except ENGINE_TROUBLE:
        return None
    return RegistryError(
        f"cannot pull {spec.reference}: its registry did not answer",
        why=f"the engine reported no progress for {seconds:.0f} s",
        remedy="try again later, check the engine's network and proxy, or name a mirror under `mirrors`",
    )


def _raise_vanished(reference: str) -> Image:
    raise pull_error(reference, "the image was removed by somebody while it was pulled")


def _try_pull(connection: AbortableConnection, spec: PullSpec) -> str:
    """Pull once; return the registry's error, empty on success."""
    reference = Reference.try_parse(spec.reference)
    tagged = str(reference or spec.reference)  # with `latest` where it names nothing: else every tag comes
    waiting = threading.Timer(NOTICE_AFTER, _report_waiting, (spec,))
    waiting.daemon = True
    waiting.start()

    def answered() -> None:
        waiting.cancel()
        connection.allow_silence(PATIENCE)  # a layer may be written to the disk for minutes

    with engine_errors(f"cannot pull {spec.reference}"):
        try:
            events = connection.api.pull(tagged, stream=True, decode=True, platform=spec.platform or None)
            return _follow(_call_at_first(events, answered), spec.reference, spec.progress)
        except DockerException as error:  # the registry's word, or a broken credential helper's
            return error_message(error)
        finally:
            waiting.cancel()


def _report_waiting(spec: PullSpec) -> None:
    if spec.progress:
        spec.progress(f"waiting for the registry of {spec.reference}")


def _call_at_first(events: Iterable[dict[str, Any]], act: Callable[[], None]) -> Iterator[dict[str, Any]]:
    """Yield *events*; call *act* at the first."""
    for number, event in enumerate(events):
        if not number:
            act()
        yield event


def _follow(events: Iterable[dict[str, Any]], reference: str, progress: Progress | None) -> str:
    layers: dict[str, tuple[int, int]] = {}
    next_report = time.monotonic() + REPORT_EVERY
    for event in events:
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
    """Remove one image; no error if it does not exist."""
    with engine_errors(f"cannot remove {reference}"), suppress(ImageNotFound):
        api.remove_image(reference, force=reference.startswith("sha256:"))
