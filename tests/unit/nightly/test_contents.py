from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nightly.made import cell
from tf_docker_check.nightly.contents import MOST, describe_mismatches

OFFICIAL, GPU, SLIM = "tensorflow/tensorflow:2.19.0", "tensorflow/tensorflow:2.19.0-gpu", "python:3.12-slim"
CUDNN = "gpu.library.libcudnn.so.9"
CELL = cell("passed")
HOSTILE = {"os.id": 7, "python.version": ["x"], "tensorflow.distributions": "no", "gpu.library.x": None}


def of(version: str, *, cuda: bool = True, **more: Any) -> dict[str, Any]:
    return {"tensorflow.distributions": {"tensorflow": version}, "tensorflow.cuda_build": cuda, **more}


@pytest.mark.parametrize(
    ("base", "facts", "said"),
    [
        (OFFICIAL, of("2.19.0", cuda=False), ""),
        (OFFICIAL, of("2.18.1"), "tensorflow 2.18.1: the tag names another TensorFlow"),
        (OFFICIAL, {}, ""),
        (OFFICIAL, HOSTILE, "no TensorFlow: the tag names another"),
        (GPU, of("2.19.0"), ""),
        (GPU, of("2.19.0", cuda=False), "not built for CUDA"),
        (GPU, {"tensorflow.distributions": {"tensorflow": "2.19.0"}}, ""),
        (GPU, of("2.19.0", **{CUDNN: {"path": "/x/libcudnn.so.9"}}), ""),
        (GPU, of("2.19.0", **{CUDNN: {"path": ""}}), "libcudnn.so.9 is not where TensorFlow looks"),
        (SLIM, {"python.version": "3.12.7"}, ""),
        (SLIM, {"python.version": "3.12.0rc2"}, "this is a pre-release"),
        (SLIM, {"os.id": "debian", "os.version": "9", "os.name": "Debian 9"}, "Debian 9: its support ended"),
        (SLIM, {"os.id": "debian", "os.version": "13"}, ""),
        (SLIM, {"os.id": "none of ours", "os.version": "1"}, ""),
    ],
)
def test_an_image_that_is_not_what_its_tag_says_is_told(base: str, facts: dict[str, Any], said: str) -> None:
    found = describe_mismatches([replace(CELL, facts=facts)], {CELL.id: base}, {CELL.id}, "2026-01-01")
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_what_was_put_on_an_image_is_not_its_tags_doing_but_its_system_is() -> None:
    mine = replace(CELL, facts=of("2.18.1", **{"os.id": "debian", "os.version": "9"}))
    (found,) = describe_mismatches([mine], {CELL.id: OFFICIAL}, (), "2026-01-01")
    assert "debian 9: its support ended" in found


def test_an_image_is_told_once_and_not_without_end() -> None:
    old = replace(CELL, facts={"os.id": "debian", "os.version": "9"})
    cells = [replace(old, id=f"cell {number}") for number in range(2 * MOST)]
    assert (
        len(describe_mismatches(cells, dict.fromkeys((each.id for each in cells), SLIM), (), "2026-01-01"))
        == 1
    )
    bases = {each.id: f"python:{number}" for number, each in enumerate(cells)}
    assert len(describe_mismatches(cells, bases, (), "2026-01-01")) == MOST
