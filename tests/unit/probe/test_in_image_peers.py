"""Where gRPC goes by what the environment says of proxies."""

from __future__ import annotations

import pytest

from tf_docker_check.resources.probes import peers


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, None),
        ({"http_proxy": "http://p:1"}, "http_proxy=http://p:1"),
        ({"http_proxy": "socks5://p:1"}, None),
        ({"HTTP_PROXY": "http://p:1"}, None),
        ({"http_proxy": "http://p:1", "grpc_proxy": "http://q:2"}, "grpc_proxy=http://q:2"),
        ({"https_proxy": "http://me:secret@p:1"}, "https_proxy=http://p:1"),
        ({"http_proxy": "http://p:1", "no_proxy": "localhost, worker-1"}, None),
        ({"http_proxy": "http://p:1", "no_proxy": "-1"}, None),
        ({"http_proxy": "http://p:1", "no_proxy": "worker-2,"}, "http_proxy=http://p:1"),
        ({"http_proxy": "http://p:1", "no_grpc_proxy": "x", "no_proxy": "worker-1"}, "http_proxy=http://p:1"),
    ],
)
def test_the_proxy_between_workers(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], told: str | None
) -> None:
    for name in (*peers.PROXIES, *peers.EXCEPTIONS):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert peers.proxy_to("worker-1") == told
