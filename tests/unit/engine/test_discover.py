from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tf_docker_check.engine.discover import DENIED, connection_problem, find_endpoint
from tf_docker_check.engine.endpoint import DOCKER_SOCKET, Endpoint
from tf_docker_check.errors import EngineError


def test_the_first_that_answers_is_taken() -> None:
    silent = "unix:///var/run/docker.sock"
    found = find_endpoint("", {"HOME": "/h"}, lambda endpoint: "silent" if endpoint.host == silent else "")
    assert found.host != silent


def test_none_answering_is_one_message_with_everything_tried_and_what_to_do() -> None:
    with pytest.raises(EngineError) as caught:
        find_endpoint("", {"HOME": "/h"}, lambda endpoint: f"nobody at {endpoint.host}")
    message = str(caught.value)
    assert caught.value.exit_code == 3
    for word in (
        "docker.sock",
        "podman.sock",
        "nobody at",
        "docker.io",
        "DOCKER_HOST",
        "Kubernetes",
        "ubuntu-slim",
    ):
        assert word in message


def test_an_engine_that_is_there_for_others_needs_no_other_engine() -> None:
    def greet(endpoint: Endpoint) -> str:
        return DENIED if endpoint.host == f"unix://{DOCKER_SOCKET}" else "no such socket"

    with pytest.raises(EngineError, match="to this user") as caught:
        find_endpoint("", {"HOME": "/h"}, greet)
    assert "`docker` group" in caught.value.remedy
    assert "install" not in caught.value.remedy


def test_an_engine_that_was_asked_for_is_not_replaced_by_another() -> None:
    with pytest.raises(EngineError, match="no container engine answers") as caught:
        find_endpoint(
            "tcp://far:1", {}, lambda endpoint: "" if "docker.sock" in endpoint.host else "far away"
        )
    assert "docker.sock" not in caught.value.why


@pytest.mark.outside
class TestSockets:
    def said(self, path: Path) -> str:
        return connection_problem(Endpoint(f"unix://{path}", "a test"))

    def test_none(self, tmp_path: Path) -> None:
        assert self.said(tmp_path / "none.sock") == "no such socket"

    def test_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert self.said(tmp_path / "file") == "not a socket"

    def test_one_left_by_an_engine_that_died(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(tmp_path / "left.sock"))
        assert "stale socket" in self.said(tmp_path / "left.sock")

    def test_a_context_without_an_address(self) -> None:
        assert connection_problem(Endpoint("", "the docker context 'gone'")) == "it has no address"

    def test_a_host_that_is_no_address(self) -> None:
        assert connection_problem(Endpoint("nonsense://x", "a test"))
        assert connection_problem(Endpoint("tcp://127.0.0.1:1", "a test"))
