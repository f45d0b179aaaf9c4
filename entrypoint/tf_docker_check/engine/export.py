"""Read an image from the engine without running it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from docker.errors import ImageNotFound

from tf_docker_check.engine.client import Client
from tf_docker_check.engine.trouble import engine_errors


@dataclass(frozen=True)
class Exporter:
    """Local images as values and streams."""

    api: Client

    def config(self, reference: str) -> dict[str, Any] | None:
        """Return the image's config in OCI's format, with its ``id`` added; None if there is no such image."""
        with engine_errors(f"cannot inspect {reference}"):
            try:
                description: dict[str, Any] = self.api.inspect_image(reference)  # type: ignore[no-untyped-call]
            except ImageNotFound:
                return None
        keys = {"id": "Id", "config": "Config", "created": "Created", "os": "Os", "variant": "Variant"}
        keys["architecture"] = "Architecture"
        return {ours: description.get(theirs) for ours, theirs in keys.items()}

    def save(self, reference: str) -> Generator[bytes]:
        """Stream the image as `docker save` writes it. Raises EngineError, also in the middle."""
        with engine_errors(f"cannot read {reference} from the engine"):
            yield from self.api.get_image(reference)
