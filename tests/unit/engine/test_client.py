"""An engine that answers with JSON of the wrong kind."""

from __future__ import annotations

import pytest
import requests
from docker.errors import DockerException

from tf_docker_check.engine.client import Client


def answer(path: str, body: bytes, method: str = "GET") -> requests.Response:
    response = requests.Response()
    response.status_code, response._content, response.url = 200, body, f"http://engine/v1.41{path}"
    response.request = requests.Request(method, response.url).prepare()
    return response


@pytest.mark.parametrize(
    ("path", "body"),
    [("/info", b"[]"), ("/images/x/json", b"7"), ("/containers/json", b"{}"), ("/version", b"null")],
)
def test_it_is_the_engines_trouble(path: str, body: bytes) -> None:
    with pytest.raises(DockerException, match="wrong kind"):
        Client._result(Client.__new__(Client), answer(path, body), json=True)


@pytest.mark.parametrize(
    ("path", "body", "method"),
    [("/info", b"{}", "GET"), ("/containers/json", b"[]", "GET"), ("/images/x", b"[]", "DELETE")],
)
def test_what_the_api_promises_is_handed_on(path: str, body: bytes, method: str) -> None:
    assert Client._result(Client.__new__(Client), answer(path, body, method), json=True) in ({}, [])
