"""The one connection to the engine's API."""

from __future__ import annotations

from typing import Any

import docker
import requests
from docker.tls import TLSConfig

from tf_docker_check.engine.endpoint import Endpoint

PATIENCE = 300.0  # seconds without a word from the engine; pulls and removals of large images are slow


class Client(docker.APIClient):
    """The SDK's client, which never waits for ever.

    The SDK gives some requests (attach, pull, build) no time limit at all.
    """

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401  # the base class's own signature
        """As `requests.Session.send`, with the client's own limit where none is given."""
        kwargs["timeout"] = kwargs.get("timeout") or self.timeout
        return super().send(request, **kwargs)


def client(endpoint: Endpoint, version: str = "auto", timeout: float = PATIENCE) -> Client:
    """Connect to *endpoint*; `timeout` bounds every silence. Raises the SDK's exceptions."""
    return Client(
        base_url=endpoint.host,
        version=version,
        timeout=timeout,  # type: ignore[arg-type]  # seconds may be fractions
        tls=_tls(endpoint) or False,
        use_ssh_client=endpoint.host.startswith("ssh://"),
        max_pool_size=64,
    )


def _tls(endpoint: Endpoint) -> TLSConfig | None:
    if not endpoint.certificates:
        return None
    folder = endpoint.certificates
    return TLSConfig(
        client_cert=(f"{folder}/cert.pem", f"{folder}/key.pem"),
        ca_cert=f"{folder}/ca.pem" if endpoint.verify else None,
        verify=endpoint.verify,
    )
