from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tf_docker_check.engine.endpoint import Endpoint, candidates


def context(config: Path, name: str, host: str, *, tls: bool = False) -> None:
    key = hashlib.sha256(name.encode()).hexdigest()
    (config / "contexts/meta" / key).mkdir(parents=True)
    meta = {"Name": name, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": False}}}
    (config / "contexts/meta" / key / "meta.json").write_text(json.dumps(meta))
    if tls:
        (config / "contexts/tls" / key / "docker").mkdir(parents=True)


def test_what_was_asked_for_is_the_only_one() -> None:
    environment = {"DOCKER_HOST": "tcp://b:2376", "DOCKER_CERT_PATH": "/certs", "DOCKER_TLS_VERIFY": "1"}
    assert candidates("unix:///a", environment) == [Endpoint("unix:///a", "the configuration", verify=True)]
    assert candidates("", environment) == [Endpoint("tcp://b:2376", "DOCKER_HOST", "/certs", verify=True)]


def test_the_current_context_comes_before_the_sockets(tmp_path: Path) -> None:
    context(tmp_path, "far", "tcp://far:2376", tls=True)
    (tmp_path / "config.json").write_text('{"currentContext": "far"}')
    first, second, *_ = candidates("", {"DOCKER_CONFIG": str(tmp_path)})
    assert first.host == "tcp://far:2376"
    assert first.certificates.endswith("/docker")
    assert second.host == "unix:///var/run/docker.sock"


def test_a_context_named_by_the_environment_is_the_only_one(tmp_path: Path) -> None:
    context(tmp_path, "far", "ssh://far")
    found = candidates("", {"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "far"})
    assert [endpoint.host for endpoint in found] == ["ssh://far"]


@pytest.mark.parametrize(
    "text", ["", "{broken", "[]", '{"currentContext": "default"}', '{"currentContext": 7}']
)
def test_without_a_context_the_sockets_are_tried(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    environment = {"DOCKER_CONFIG": str(tmp_path), "XDG_RUNTIME_DIR": "/run/user/7", "HOME": "/home/me"}
    hosts = [endpoint.host for endpoint in candidates("", environment)]
    assert hosts[0] == "unix:///var/run/docker.sock"
    assert "unix:///run/user/7/podman/podman.sock" in hosts
    assert "unix:///run/podman/podman.sock" in hosts
    assert len(hosts) == len(set(hosts))
