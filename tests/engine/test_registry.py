"""docker-registry, the reference implementation, keeps the contract that the fake registry is held to."""

from __future__ import annotations

import hashlib

import pytest
import requests

from engine.registry_contract import MANIFEST, RegistryContract, image_documents
from lab import registry as lab_registry


@pytest.mark.engine
class TestDockerRegistry(RegistryContract):
    @pytest.fixture
    def address(self) -> str:
        return lab_registry.ensure()

    def store(self, repository: str, tag: str, layers: list[bytes], config: object) -> str:
        url = f"http://{self.address}/v2/{repository}"
        packed, manifest = image_documents(layers, config)
        for blob in (packed, *layers):
            location = requests.post(f"{url}/blobs/uploads/", timeout=30).headers["Location"]
            digest = f"sha256:{hashlib.sha256(blob).hexdigest()}"
            requests.put(location, params={"digest": digest}, data=blob, timeout=30).raise_for_status()
        put = requests.put(
            f"{url}/manifests/{tag}", data=manifest, headers={"Content-Type": MANIFEST}, timeout=30
        )
        put.raise_for_status()
        return put.headers["Docker-Content-Digest"]
