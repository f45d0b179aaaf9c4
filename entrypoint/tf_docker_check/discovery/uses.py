"""Find images with TensorFlow that YAML files name: Kubernetes, workflows, Helm values, other CI services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tf_docker_check.config.layer import KeyPath, Layer, Value
from tf_docker_check.discovery.build import Use
from tf_docker_check.discovery.gpu import asks_for_gpu
from tf_docker_check.discovery.place import read_layers, value_span
from tf_docker_check.dockerfile.source import Source
from tf_docker_check.image.base_image import known

_NAMED = re.compile(
    r"""\b(?:image|container|name|repository|uses)["']?\s*:\s*["']?(?:docker://)?(?P<image>[\w./:@-]{3,300})"""
)
"""What may name an image: a document without such is not read as YAML, which is slow."""
_SCHEME = "docker://"


def is_about_tensorflow(image: str) -> bool:
    """Whether the image *image* holds TensorFlow, or is called so."""
    base = known(image)
    return base.has_tensorflow or bool(base.reference and "tensorflow" in base.reference.repository)


def read_uses(source: Source) -> Iterator[Use]:
    """Yield the images with TensorFlow that a YAML file names. What is no YAML, such as a template, names none."""
    if not any(is_about_tensorflow(match["image"]) for match in _NAMED.finditer(source.text)):
        return
    for layer in read_layers(source):
        uses = (
            use for path, values in _mappings(layer.values, ()) for use in _of(source, layer, path, values)
        )
        yield from (use for use in uses if is_about_tensorflow(use.image))


def _mappings(value: Value, path: KeyPath) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """Yield every mapping in *value*, with its path."""
    if isinstance(value, Mapping):
        yield path, value
        for key, below in value.items():
            yield from _mappings(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _mappings(below, (*path, index))


def _of(source: Source, layer: Layer, path: KeyPath, values: Mapping[str, Any]) -> Iterator[Use]:
    """Yield the image of a container, job or service that *values* are; ``{name}`` and ``{repository, tag}`` too."""
    gpu = asks_for_gpu(values)
    for key in ("image", "container", "uses"):
        given = values.get(key)
        if isinstance(given, str) and (key != "uses" or given.startswith(_SCHEME)):
            span = value_span(source, layer, (*path, key), given)
            image = given.removeprefix(_SCHEME)
            yield Use(image, replace(span, start=min(span.start + len(given) - len(image), span.end)), gpu)
        elif isinstance(given, Mapping) and key == "image":
            below = next((name for name in ("name", "repository") if isinstance(given.get(name), str)), "")
            tag = given.get("tag")
            image = (
                given[below] + f":{tag}" * (below == "repository" and isinstance(tag, str)) if below else ""
            )
            if image:
                yield Use(image, value_span(source, layer, (*path, key, below), given[below]), gpu)
