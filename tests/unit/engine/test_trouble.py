from __future__ import annotations

import pytest
import requests
import urllib3
from docker.errors import APIError, DockerException

from tf_docker_check.engine.trouble import engine_errors, error_message
from tf_docker_check.errors import EngineError

REFUSED = ConnectionRefusedError(111, "Connection refused")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", REFUSED)),
            "Connection refused",
        ),
        (DockerException(requests.ConnectionError(REFUSED)), "Connection refused"),
        (APIError("500 Server Error", explanation="no space left on device\n"), "no space left on device"),
        (FileNotFoundError(2, "No such file or directory", "/x"), "No such file or directory"),
        (requests.ReadTimeout("read timed out"), "read timed out"),
        (EOFError(), "EOFError"),
    ],
)
def test_what_went_wrong_is_said_without_wrappings(error: Exception, words: str) -> None:
    assert error_message(error) == words


def test_an_engine_that_is_gone_is_told_with_what_to_do() -> None:
    with pytest.raises(EngineError, match="cannot do it") as caught, engine_errors("cannot do it"):
        raise requests.ConnectionError(REFUSED)
    assert caught.value.why == "the container engine stopped answering: Connection refused"
    assert "docker info" in caught.value.remedy
