"""Parse image manifests and indexes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from tf_docker_check.errors import ImageNotFound
from tf_docker_check.model.text import one_line
from tf_docker_check.registry.errors import Malformed

MAX_BYTES = 4 * 1024 * 1024  # the size that registries must accept
MAX_LAYERS = 512
MAX_PLATFORMS = 1024

_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_IMAGES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
ACCEPT = ", ".join((*_IMAGES, *_INDEXES))
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


@dataclass(frozen=True)
class Descriptor:
    """Content by digest. `size` in bytes, as stored (layers: compressed)."""

    digest: str
    size: int
    media_type: str = ""


@dataclass(frozen=True)
class Manifest:
    """One image: its own digest, its config and its layers, lowest first."""

    digest: str
    config: Descriptor
    layers: tuple[Descriptor, ...]


@dataclass(frozen=True)
class Platform:
    """One image of an index."""

    platform: str  # os/architecture[/variant]
    manifest: Descriptor


@dataclass(frozen=True)
class Index:
    """Images by platform."""

    digest: str
    platforms: tuple[Platform, ...]


def parse(data: bytes, digest: str) -> Manifest | Index:
    """Parse the manifest or index in *data*. Raises Malformed with the reason."""
    document = _object(data)
    kind = document.get("mediaType")
    if kind in _INDEXES or (kind not in _IMAGES and "manifests" in document):
        return Index(digest, _platforms(document))
    if document.get("schemaVersion") == 1:
        raise Malformed(
            "this image has a manifest of schema version 1",
            why="the format is obsolete since 2017 and not supported",
            remedy="pull the image and push it again",
        )
    layers = document.get("layers")
    if not isinstance(layers, list) or len(layers) > MAX_LAYERS:
        raise _malformed_error(f"layers is not a list of at most {MAX_LAYERS}")
    config = _descriptor(document.get("config"))
    if "image" not in config.media_type:
        raise Malformed(
            "this is not a container image", why=f"its config is of type {one_line(config.media_type, 80)!r}"
        )
    return Manifest(digest, config, tuple(_descriptor(layer) for layer in layers))


def is_digest(text: str) -> bool:
    """Whether *text* is a digest of an algorithm we can verify."""
    return bool(_DIGEST.fullmatch(text))


def choose(index: Index, platform: str) -> Descriptor:
    """Return the image for *platform*. Raises ImageNotFound, which lists the available platforms."""
    for candidate in index.platforms:
        if _fits(candidate.platform, platform):
            return candidate.manifest
    platforms = ", ".join(sorted({one_line(entry.platform, 40) for entry in index.platforms})[:20]) or "none"
    raise ImageNotFound(f"no image for {platform}", why=f"available platforms: {platforms}")


def _fits(offered: str, wanted: str) -> bool:
    """Whether two platforms match; a variant is compared only if both have one."""
    pairs = list(zip(offered.split("/"), wanted.split("/"), strict=False))
    return len(pairs) >= 2 and all(left == right for left, right in pairs)


def _object(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise _malformed_error("it is not JSON") from None
    if not isinstance(document, dict):
        raise _malformed_error("it is not a JSON object")
    return document


def _platforms(document: dict[str, Any]) -> tuple[Platform, ...]:
    entries = document.get("manifests")
    if not isinstance(entries, list) or len(entries) > MAX_PLATFORMS:
        raise _malformed_error(f"manifests is not a list of at most {MAX_PLATFORMS}")
    return tuple(Platform(_platform(entry), _descriptor(entry)) for entry in entries)


def _platform(entry: object) -> str:
    fields = entry.get("platform") if isinstance(entry, dict) else None
    if not isinstance(fields, dict):
        return "unknown/unknown"
    parts = (fields.get("os"), fields.get("architecture"), fields.get("variant"))
    return "/".join(part for part in parts if isinstance(part, str) and part)


def _descriptor(value: object) -> Descriptor:
    if not isinstance(value, dict):
        raise _malformed_error("a descriptor is missing")
    digest, size = value.get("digest"), value.get("size")
    if not isinstance(digest, str) or not is_digest(digest):
        raise _malformed_error(f"{one_line(str(digest), 80)!r} is not a digest")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 50:
        raise _malformed_error(f"{one_line(str(size), 40)} is not a size")
    return Descriptor(digest, size, str(value.get("mediaType", "")))


def _malformed_error(why: str) -> Malformed:
    return Malformed("the registry's manifest is unusable", why=why)
