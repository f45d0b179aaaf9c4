"""What the client relies on of any registry: the fake is held to it, and so is docker-registry."""

from __future__ import annotations

import gzip
import hashlib
import json
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tf_docker_check.errors import ImageNotFound
from tf_docker_check.registry.client import Registry
from tf_docker_check.registry.manifest import Manifest

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []}}
LAYER = gzip.compress(b"layer" * 1000, mtime=0)


class RegistryContract(ABC):
    """Tests over a registry; a subclass gives its `address` as a fixture and fills it by `store`."""

    address: str

    @abstractmethod
    def store(self, repository: str, tag: str, layers: list[bytes], config: object) -> str:
        """Store an image; return its digest."""

    @pytest.fixture(autouse=True)
    def image(self, address: str, tmp_path: Path) -> Iterator[None]:
        self.address = address
        self.repository = f"contract/{uuid.uuid4().hex}"
        self.digest = self.store(self.repository, "1", [LAYER], CONFIG)
        self.registry = Registry(environment={"HOME": str(tmp_path)})
        yield
        self.registry.close()

    def ask(self, method: str, path: str) -> requests.Response:
        url = f"http://{self.address}/v2/{self.repository}/{path}"
        return requests.request(method, url, headers={"Accept": MANIFEST}, timeout=30)

    @pytest.mark.parametrize("by", ["tag", "digest"])
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_a_manifest_comes_with_its_type_and_digest(self, method: str, by: str) -> None:
        answer = self.ask(method, f"manifests/{'1' if by == 'tag' else self.digest}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == MANIFEST
        assert answer.headers["Docker-Content-Digest"] == self.digest
        if method == "GET":
            assert f"sha256:{hashlib.sha256(answer.content).hexdigest()}" == self.digest
        else:
            assert answer.content == b""
            assert int(answer.headers["Content-Length"]) > 0

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("manifests/none", "MANIFEST_UNKNOWN"),
            (f"manifests/sha256:{'0' * 64}", "MANIFEST_UNKNOWN"),
            (f"blobs/sha256:{'0' * 64}", "BLOB_UNKNOWN"),
        ],
    )
    def test_what_is_not_there_is_404_with_a_code(self, path: str, code: str) -> None:
        answer = self.ask("GET", path)
        assert answer.status_code == 404
        assert [error["code"] for error in answer.json()["errors"]] == [code]

    def test_the_client_reads_an_image_whole(self) -> None:
        reference = self.registry.resolve(f"{self.address}/{self.repository}:1")
        manifest = self.registry.manifest(reference, "linux/amd64")
        assert isinstance(manifest, Manifest)
        assert manifest.digest == self.registry.head(reference) == self.digest
        assert self.registry.config(reference, manifest) == CONFIG
        assert b"".join(self.registry.blob(reference, manifest.layers[0])) == LAYER

    def test_the_client_says_what_is_not_there(self) -> None:
        reference = self.registry.resolve(f"{self.address}/{self.repository}:none")
        with pytest.raises(ImageNotFound):
            self.registry.manifest(reference, "linux/amd64")


def image_documents(layers: list[bytes], config: object) -> tuple[bytes, bytes]:
    """Return config and manifest of an image, as registries store them."""
    packed = json.dumps(config).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _descriptor(packed, "application/vnd.oci.image.config.v1+json"),
        "layers": [_descriptor(layer, "application/vnd.oci.image.layer.v1.tar+gzip") for layer in layers],
    }
    return packed, json.dumps(manifest).encode()


def _descriptor(data: bytes, media_type: str) -> dict[str, object]:
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return {"mediaType": media_type, "digest": digest, "size": len(data)}
