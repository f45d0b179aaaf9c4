from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from tf_docker_check.engine import images
from tf_docker_check.engine.images import PullSpec, parse_image, pull
from tf_docker_check.engine.in_flight import InFlight
from tf_docker_check.engine.trouble import engine_errors
from tf_docker_check.errors import CheckError, EngineError, RegistryError

A, B = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
TOLD = {
    "Id": "sha256:1",
    "RepoDigests": [f"tensorflow/tensorflow@{A}", f"localhost:5000/tensorflow/tensorflow@{B}"],
    "Size": 7,
    "Os": "linux",
    "Architecture": "amd64",
    "RootFS": {"Layers": ["x", "y"]},
    "Config": {
        "Env": ["PATH=/bin", "EMPTY=", "A=b=c", "API_KEY=abc"],
        "Labels": {"tf-docker-check.stand-in": "true"},
        "Entrypoint": ["/e"],
        "User": "me",
    },
}


@pytest.mark.parametrize(
    ("reference", "digest"),
    [
        ("docker.io/tensorflow/tensorflow:2.21.0", A),
        ("localhost:5000/tensorflow/tensorflow:2.21.0", B),
        ("somebody/else:1", ""),
        ("sha256:1", A),
    ],
)
def test_the_digest_is_that_of_the_registry_asked(reference: str, digest: str) -> None:
    assert parse_image(reference, TOLD).digest == digest


def test_an_image_is_described() -> None:
    told = parse_image("x", TOLD)
    assert (told.size, told.layers, told.os, told.architecture) == (7, 2, "linux", "amd64")
    assert told.environment == (("PATH", "/bin"), ("EMPTY", ""), ("A", "b=c"), ("API_KEY", "***"))
    assert (told.entrypoint, told.user, told.stand_in) == (("/e",), "me", True)


def test_an_image_that_says_little_is_described_too() -> None:
    told = parse_image("x", {"Id": "sha256:1", "Config": None, "RootFS": None})
    assert (told.size, told.layers, told.stand_in) == (0, 0, False)


def _answers() -> None:
    pass


def _is_dead() -> None:
    raise requests.ConnectionError("refused")


@pytest.mark.parametrize(("ping", "whose"), [(_answers, RegistryError), (_is_dead, EngineError)])
def test_silence_during_a_pull_is_the_registrys_where_the_engine_answers(
    monkeypatch: pytest.MonkeyPatch, ping: Callable[[], None], whose: type[CheckError]
) -> None:
    def silent(*_: object) -> str:
        with engine_errors("cannot pull r.example/a:1"):
            raise requests.ReadTimeout("Read timed out.")

    connection: Any = SimpleNamespace(api=SimpleNamespace(silence=60.0), abort=lambda: None)
    monkeypatch.setattr(images, "AbortableConnection", lambda *_, **__: connection)
    monkeypatch.setattr(images, "inspect", lambda *_: None)
    monkeypatch.setattr(images, "_pull", silent)
    api: Any = SimpleNamespace(api_version="", ping=ping)
    with pytest.raises(whose, match=r"r\.example/a:1"):
        pull(api, None, PullSpec("r.example/a:1", "", 5.0, None), InFlight())  # type: ignore[arg-type]
