from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.registry_contract import RegistryContract
from registry.server import Server, serving


@pytest.mark.outside
class TestFakeRegistry(RegistryContract):
    server: Server

    @pytest.fixture
    def address(self) -> Iterator[str]:
        with serving() as self.server:
            yield self.server.address

    def store(self, repository: str, tag: str, layers: list[bytes], config: object) -> str:
        return self.server.image(repository, tag, layers, config)
