"""The one connection to the engine's API."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import docker
import requests
from docker.errors import DockerException
from docker.tls import TLSConfig

from tf_docker_check.engine.endpoint import Endpoint

TIMEOUT = 120.0  # seconds for one answer; on a busy disk, starting or removing takes its time
PATIENCE = 300.0  # seconds of silence in what the SDK would wait for without a limit: pulls, attaching


LISTS = ("/containers/json", "/images/json", "/networks", "/history", "/search", "/changes")
"""The ends of paths that the engine answers with a list; all others, but DELETE, with an object."""


class Client(docker.APIClient):
    """The SDK's client with a timeout on every request."""

    silence = PATIENCE

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401  # the base class's own signature
        """Send as `requests.Session.send` does, with `silence` as the timeout where the SDK gives none."""
        kwargs["timeout"] = kwargs.get("timeout") or self.silence
        return super().send(request, **kwargs)

    def _result(self, response: requests.Response, *how: Any, **named: Any) -> Any:  # noqa: ANN401  # as the base class
        """Return the base class's result. Raises DockerException for JSON of an unexpected type."""
        result = super()._result(response, *how, **named)  # type: ignore[misc]  # the stubs leave it out
        path = urlsplit(response.url).path
        if response.request.method == "DELETE" or isinstance(result, (str, bytes)):
            return result
        if not isinstance(result, list if path.endswith(LISTS) else dict):
            kind = type(result).__name__
            raise DockerException(f"the engine answers {path} with JSON of the wrong kind ({kind})")
        return result


def client(endpoint: Endpoint, version: str = "auto", timeout: float = TIMEOUT) -> Client:
    """Connect to *endpoint*; `timeout` is in seconds, per read. Raises the SDK's exceptions."""
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
