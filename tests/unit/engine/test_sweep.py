"""What goes and what stays, and an engine that does not let go."""

from __future__ import annotations

from typing import Any, cast

import pytest
import requests
from docker.errors import APIError

from tf_docker_check.engine import sweep as module
from tf_docker_check.engine.client import Client
from tf_docker_check.engine.labels import add_owner_labels, image_mark, name_to_remove, run_labels
from tf_docker_check.engine.sweep import sweep
from tf_docker_check.errors import EngineError

OURS = "tf-docker-check:key-run"


@pytest.mark.parametrize(
    ("made", "names", "target"),
    [
        (image_mark(OURS), [OURS], "sha256:1"),
        (image_mark(OURS), [f"localhost/{OURS}"], "sha256:1"),
        (image_mark(OURS), [OURS, "mine:1"], OURS),  # somebody named it: only our name goes
        (image_mark(OURS), ["mine:1"], ""),  # built on ours: it has inherited our labels
        (image_mark(OURS), ["<none>:<none>"], "sha256:1"),  # the classic builder's, on the way to another
        (image_mark(OURS), [], "sha256:1"),
        (image_mark(""), [], "sha256:1"),
        (image_mark(""), ["mine:1"], ""),
        ("container", [], ""),  # a container of ours that somebody committed
        ("", [], ""),
    ],
)
def test_an_image_goes_that_is_as_we_made_it(made: str, names: list[str], target: str) -> None:
    assert name_to_remove("sha256:1", made, names) == target


def test_only_what_is_of_a_run_is_marked() -> None:
    assert add_owner_labels({"a": "b"}, "container", "p", "c") == {"a": "b"}
    assert add_owner_labels(run_labels("1"), "container", "p", "c") == {
        "tf-docker-check.run": "1",
        "tf-docker-check.process": "p",
        "tf-docker-check.made": "container",
        "tf-docker-check.container": "c",
    }


class Engine:
    """Two containers, the first of which is answered *refusals* times with 500."""

    def __init__(self, refusals: int) -> None:
        self.there, self.refusals = ["1" * 64, "2" * 64], refusals

    def containers(self, **_: Any) -> list[dict[str, str]]:
        return [{"Id": each} for each in self.there]

    def networks(self, **_: Any) -> list[dict[str, str]]:
        return []

    images = networks

    def remove_container(self, container: str, **_: Any) -> None:
        if container.startswith("1") and self.refusals:
            self.refusals -= 1
            answer = requests.Response()
            answer.status_code = 500
            raise APIError("server error", response=answer, explanation="driver failed to remove root")
        self.there.remove(container)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(module.time, "sleep", slept.append)
    return slept


def test_what_the_engine_does_not_let_go_of_is_tried_again(pauses: list[float]) -> None:
    engine = Engine(refusals=2)
    assert sweep(cast("Client", engine), run_labels("1")) == 2
    assert (engine.there, pauses) == ([], [0.5, 1.5])


def test_what_stays_is_named_and_the_rest_goes(pauses: list[float]) -> None:
    engine = Engine(refusals=99)
    with pytest.raises(EngineError) as caught:
        sweep(cast("Client", engine), run_labels("1"))
    assert caught.value.why == "container 111111111111: driver failed to remove root"
    assert engine.there == ["1" * 64]
