"""Inspect an image in a registry, in an archive, or in the local engine."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tf_docker_check.image.reference import Reference
from tf_docker_check.inspection import archive, layer
from tf_docker_check.inspection.archive import Archive
from tf_docker_check.inspection.assemble import add_layer_contents
from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.filesystem import Layer
from tf_docker_check.inspection.image_config import describe_config
from tf_docker_check.model.inspection import Inspection, LayerSummary
from tf_docker_check.registry.client import Registry
from tf_docker_check.registry.manifest import Descriptor

LAYERS_AT_ONCE = 2
Say = Callable[[str], None]


class Exporter(Protocol):
    """The methods that a local engine must have."""

    def config(self, reference: str) -> dict[str, Any] | None:
        """Return the image's config as an OCI image config, with its ``id``; None if there is no such image."""

    def save(self, reference: str) -> Generator[bytes]:
        """Yield the image as `docker save` writes it."""


@dataclass(frozen=True)
class InspectionOptions:
    """How to inspect an image. `quick`: read manifest and config only."""

    quick: bool = False
    platform: str = "linux/amd64"
    budget: Budget = field(default_factory=Budget)
    say: Say = lambda _: None  # takes one line whenever a layer is done


def from_registry(registry: Registry, reference: str, options: InspectionOptions) -> Inspection:
    """Inspect *reference* in its registry: manifest, config, and layers unless quick.

    Raises ImageNotFound, RegistryError, UsageError, or CannotJudge where it is damaged or too much.
    """
    resolved = registry.resolve(reference)
    manifest = registry.manifest(resolved, options.platform)
    config = registry.config(resolved, manifest)
    summaries = tuple(LayerSummary(descriptor.digest, descriptor.size) for descriptor in manifest.layers)
    image = replace(
        describe_config(config, summaries, manifest.config.digest),
        reference=reference,
        source="registry",
        digest=manifest.digest,
    )
    if options.quick:
        return image
    return add_layer_contents(image, _layers(registry, resolved, manifest.layers, options))


def _layers(
    registry: Registry, reference: Reference, layers: tuple[Descriptor, ...], options: InspectionOptions
) -> list[Layer]:
    """Read all layers, two at a time; the first error ends it. A layer that is used twice is read once."""

    def read(descriptor: Descriptor) -> Layer:
        with closing(registry.blob(reference, descriptor)) as stored:
            content = layer.read(stored, options.budget)
        options.say(f"read layer {descriptor.digest[7:19]}, {content.unpacked / 1e6:.0f} MB")
        return content

    with ThreadPoolExecutor(LAYERS_AT_ONCE) as pool:
        largest_first = sorted(set(layers), key=lambda layer_descriptor: -layer_descriptor.size)
        futures = {descriptor: pool.submit(read, descriptor) for descriptor in largest_first}
        done, waiting = wait(futures.values(), return_when=FIRST_EXCEPTION)
        for future in waiting:
            future.cancel()
        failed = next((error for future in done if (error := future.exception())), None)
        if failed is not None:
            options.budget.stop()  # what still runs ends at its next piece
            raise failed
        return [futures[descriptor].result() for descriptor in layers]


def from_archive(path: str, options: InspectionOptions) -> Inspection:
    """Inspect the image in the tar at *path*. Raises as `from_registry`."""
    with closing(archive.chunks(path)) as stored:
        stored_image = archive.read(stored, options.platform, options.budget, quick=options.quick)
    name = stored_image.names[0] if stored_image.names else path
    return _describe_archive(stored_image, name, "archive", options)


def from_engine(engine: Exporter, reference: str, options: InspectionOptions) -> Inspection | None:
    """Inspect the local image *reference*; None if *engine* does not have it. Raises as `from_registry`."""
    config = engine.config(reference)
    if config is None:
        return None
    if options.quick:
        image = describe_config(config, (), str(config.get("id", "")))
        return replace(image, reference=reference, source="engine")
    with closing(engine.save(reference)) as stored:
        stored_image = archive.read(stored, options.platform, options.budget)
    return _describe_archive(stored_image, reference, "engine", options)


def _describe_archive(
    stored_image: Archive, name: str, source: str, options: InspectionOptions
) -> Inspection:
    image = replace(
        describe_config(stored_image.config, stored_image.summaries, stored_image.image_id),
        reference=name,
        source=source,
        digest=stored_image.digest,
    )
    return image if options.quick else add_layer_contents(image, stored_image.layers)
