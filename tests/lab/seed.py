"""Publishing an image that the engine has, without moving its layers.

A pull first reads the manifest; where the engine has the image that the manifest names, it asks for
nothing more. So the registry needs the manifest and the image's configuration, and not the gigabytes:
pushing one TensorFlow image takes a minute, this takes no time. It is only for images that stay in
the engine, and only for engines whose store is a folder of this machine.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import docker
from docker.models.images import Image

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar"


def seed(client: docker.DockerClient, image: Image, storage: Path, repository: str, tag: str) -> bool:
    """Write what the registry must know of *image* into its `storage`; False where that cannot be."""
    config = _configuration(client, image)
    if config is None:
        return False
    data = manifest(config)
    folder = storage / "docker/registry/v2"
    digest = _blob(folder, data)
    manifests = folder / "repositories" / repository / "_manifests"
    _link(folder / "repositories" / repository / "_layers", _blob(folder, config))
    _link(manifests / "revisions", digest)
    _link(manifests / "tags" / tag / "index", digest)
    _write(manifests / "tags" / tag / "current/link", f"sha256:{digest}".encode())
    return True


def manifest(config: bytes) -> bytes:
    """The manifest of the image with that configuration; its layers are named as they lie unpacked."""
    layers = [
        {"mediaType": LAYER, "size": 0, "digest": digest}
        for digest in json.loads(config)["rootfs"]["diff_ids"]
    ]
    described = {"mediaType": CONFIG, "size": len(config), "digest": f"sha256:{_sha256(config)}"}
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": layers}
    return json.dumps(document).encode()


def _configuration(client: docker.DockerClient, image: Image) -> bytes | None:
    """The image's configuration byte for byte, from the store of an engine on this machine."""
    info = client.info()
    database = Path(info["DockerRootDir"], "image", info["Driver"], "imagedb/content/sha256")
    try:
        config = (database / str(image.id).removeprefix("sha256:")).read_bytes()
    except OSError:
        return None
    return config if f"sha256:{_sha256(config)}" == image.id else None


def _blob(folder: Path, data: bytes) -> str:
    digest = _sha256(data)
    _write(folder / "blobs/sha256" / digest[:2] / digest / "data", data)
    return digest


def _link(folder: Path, digest: str) -> None:
    _write(folder / "sha256" / digest / "link", f"sha256:{digest}".encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(data)
    partial.rename(path)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
