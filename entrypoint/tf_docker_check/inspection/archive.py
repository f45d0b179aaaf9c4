"""Read an image from a tar in one pass: the formats of `docker save`, old and new, and OCI layouts.

The list of layers may come after the layers (from older engines it does), so each layer is read when it
comes, and the list only orders them.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from tf_docker_check.errors import UsageError
from tf_docker_check.inspection import layer
from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.filesystem import Layer, normalize
from tf_docker_check.inspection.tar import Body, Forward, entries
from tf_docker_check.inspection.unpack import Damaged, unpack
from tf_docker_check.model.inspection import LayerSummary
from tf_docker_check.model.text import one_line
from tf_docker_check.registry import manifest as manifests
from tf_docker_check.registry.manifest import Descriptor, Index, Manifest

MAX_DOCUMENT = 8 * 1024 * 1024
MAX_MEMBERS = 10_000
ReadLayer = Callable[[Iterable[bytes]], Layer]


@dataclass(frozen=True)
class Archive:
    """The one image of an archive. `names` are the tags it carries."""

    config: dict[str, Any]
    image_id: str
    digest: str
    names: tuple[str, ...]
    summaries: tuple[LayerSummary, ...]
    layers: tuple[Layer, ...]


@dataclass
class _Members:
    """The files found in the archive, by name."""

    documents: dict[str, bytes] = field(default_factory=dict)
    layers: dict[str, tuple[int, Layer]] = field(default_factory=dict)  # stored size and content
    links: dict[str, str] = field(default_factory=dict)

    def target(self, name: str) -> str:
        """Return the path that *name* links to: older engines store a layer once and link to it."""
        path = normalize(name) or ""
        return self.links.get(path, path)


def read(stored: Iterable[bytes], platform: str, budget: Budget, *, quick: bool = False) -> Archive:
    """Read the image in *stored*; with *quick*, its layers are skipped.

    Raises Damaged, TooMuch, or UsageError where it holds no image, or several.
    """
    members = _read(Forward(budget.meter(unpack(iter(stored)), lambda: 1 << 62)), budget, quick=quick)
    if "manifest.json" in members.documents:
        return _docker(members, quick=quick)
    if "index.json" in members.documents:
        return _oci(members, platform, quick=quick)
    raise UsageError(
        "this archive holds no image",
        why="it has neither manifest.json nor index.json",
        remedy="make it with `docker save IMAGE`; `docker export` leaves out what makes an image",
    )


def _read(stream: Forward, budget: Budget, *, quick: bool) -> _Members:
    members = _Members()
    for count, (entry, body) in enumerate(entries(stream)):
        path = normalize(entry.name)
        if count >= MAX_MEMBERS:
            raise Damaged("this archive is not an image", why=f"it has more than {MAX_MEMBERS} files")
        if path is None:
            continue
        if entry.kind in {"symlink", "hard"}:
            base = posixpath.dirname("/" + path) if entry.kind == "symlink" else "/"
            members.links[path] = normalize(posixpath.join(base, entry.target)) or ""
        elif entry.kind == "file" and body.size:
            _member(members, path, body, budget, quick=quick)
    return members


def _member(members: _Members, path: str, body: Body, budget: Budget, *, quick: bool) -> None:
    first = body.take(512)
    if first.lstrip()[:1] in {b"{", b"["}:
        if body.size <= MAX_DOCUMENT:
            budget.keep(body.size)
            members.documents[path] = first + body.take(body.left)
    elif _is_layer(first):
        stored = chain((first,), body.chunks())
        members.layers[path] = (body.size, Layer() if quick else layer.read(stored, budget))


def _is_layer(first: bytes) -> bool:
    return (
        first[257:262] == b"ustar"
        or first[:2] == b"\x1f\x8b"
        or first[:4] == b"\x28\xb5\x2f\xfd"
        or not any(first)
    )


def _docker(members: _Members, *, quick: bool) -> Archive:
    images = _json(members, "manifest.json")
    if not isinstance(images, list) or not all(isinstance(image, dict) for image in images):
        raise Damaged("this archive's manifest.json is not a list of images")
    if len(images) != 1:
        tags = ", ".join(one_line(str(image.get("RepoTags")), 60) for image in images[:10])
        raise UsageError(
            f"this archive holds {len(images)} images", why=tags, remedy="save the one you mean by itself"
        )
    config, layers, tags = (images[0].get(key) for key in ("Config", "Layers", "RepoTags"))
    if not isinstance(config, str) or not isinstance(layers, list):
        raise Damaged("this archive's manifest.json names no config or no layers")
    names = (
        tuple(one_line(tag, 300) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    )
    image_id = "sha256:" + posixpath.basename(config).removesuffix(".json")
    layers_read = [_layer(members, str(path), quick=quick) for path in layers[: manifests.MAX_LAYERS]]
    return Archive(_config(members, config), image_id, "", names, *_split(layers_read))


def _oci(members: _Members, platform: str, *, quick: bool) -> Archive:
    document = manifests.parse(members.documents["index.json"], "")
    for _ in range(3):  # index.json names the image, or an index of images by platform
        if isinstance(document, Manifest):
            break
        chosen = _one(document, platform)
        data = members.documents.get(_blob(chosen))
        if data is None:
            raise Damaged(f"this archive lacks {chosen.digest}", why="its index names it as the image")
        document = manifests.parse(data, chosen.digest)
    if not isinstance(document, Manifest):
        raise Damaged("this archive is an index of indexes")
    layers = [_layer(members, _blob(descriptor), quick=quick) for descriptor in document.layers]
    config = _config(members, _blob(document.config))
    return Archive(config, document.config.digest, document.digest, (), *_split(layers))


def _one(index: Index, platform: str) -> Descriptor:
    """Return the image for *platform*; an index with a single image needs no platform."""
    return index.platforms[0].manifest if len(index.platforms) == 1 else manifests.choose(index, platform)


def _blob(descriptor: Descriptor) -> str:
    return "blobs/" + descriptor.digest.replace(":", "/")


def _layer(members: _Members, path: str, *, quick: bool) -> tuple[LayerSummary, Layer]:
    size, read = members.layers.get(members.target(path), (0, None))
    if read is None and not quick:
        raise Damaged(f"this archive lacks the layer {one_line(path, 100)}", why="its manifest names it")
    digest = "sha256:" + path.removeprefix("blobs/sha256/") if path.startswith("blobs/sha256/") else ""
    return LayerSummary(one_line(digest, 100), size), read or Layer()


def _split(
    layers: list[tuple[LayerSummary, Layer]],
) -> tuple[tuple[LayerSummary, ...], tuple[Layer, ...]]:
    return tuple(summary for summary, _ in layers), tuple(read for _, read in layers)


def _config(members: _Members, path: str) -> dict[str, Any]:
    config = _json(members, members.target(path))
    if not isinstance(config, dict):
        raise Damaged("this archive's image config is not a JSON object")
    return config


def _json(members: _Members, path: str) -> object:
    try:
        document: object = json.loads(members.documents.get(path, b""))
    except (ValueError, RecursionError):
        raise Damaged(f"this archive's {one_line(path, 100)} is missing or not JSON") from None
    return document


def chunks(path: str) -> Generator[bytes]:
    """Yield the bytes of a file on disk."""
    with Path(path).open("rb") as file:
        while chunk := file.read(1024 * 1024):
            yield chunk
