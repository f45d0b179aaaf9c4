from __future__ import annotations

from dataclasses import replace

import pytest

from lab import images, registry
from lab.stand_ins import ALL, BY_REFERENCE, StandIn
from tf_docker_check.engine import labels


@pytest.mark.parametrize("stand_in", ALL, ids=lambda stand_in: stand_in.reference)
def test_a_stand_in_says_what_it_is_and_how_it_differs(stand_in: StandIn) -> None:
    assert stand_in.labels[labels.STAND_IN] == "true"
    assert stand_in.differs in stand_in.labels.values()
    assert stand_in.tag.startswith("stand-in.invalid/")


def test_what_lies_below_and_what_is_trusted_change_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    official = BY_REFERENCE["tensorflow/tensorflow:2.21.0"]
    before = official.recipe(b"one authority")
    assert official.recipe(b"another") != before
    below = BY_REFERENCE[official.base]
    monkeypatch.setitem(BY_REFERENCE, official.base, replace(below, suite="sid"))
    assert official.recipe(b"one authority") != before


def test_the_dockerfile_says_in_the_image_that_it_is_no_published_one() -> None:
    text = images.dockerfile(BY_REFERENCE["tensorflow/tensorflow:2.21.0-gpu"])
    assert text.startswith("FROM stand-in.invalid/python:3.11-slim\n")
    assert "> /etc/tf-docker-check-stand-in" in text
    assert "tensorflow==2.21.0" in text


@pytest.mark.parametrize(
    ("reference", "there"),
    [
        ("python:3.11-slim", "library/python:3.11-slim"),
        ("tensorflow/tensorflow:2.21.0", "tensorflow/tensorflow:2.21.0"),
    ],
)
def test_the_registry_has_images_where_docker_hub_has_them(reference: str, there: str) -> None:
    assert registry.mirrored(reference) == f"{registry.ADDRESS}/{there}"
