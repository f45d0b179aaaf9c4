from __future__ import annotations

from pathlib import Path

import pytest

from lab import demo
from lab.ground import Ground
from tf_docker_check.config.load import load_config

(AT_FAULT, CAUSE), *_ = demo.AT_FAULT.items()
BROKEN = {"id": AT_FAULT, "status": "failed", "findings": [{"cause": CAUSE}]}


def test_nothing_surprises_when_only_the_broken_cell_fails() -> None:
    fine = {"id": "slim/tf2.21.0/py3.11@cpu", "status": "passed"}
    unseen = {"id": "official-gpu/tf2.21.0@gpu", "status": "skipped"}
    assert demo.judge({"cells": [BROKEN, fine, unseen]}) == []


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [{"id": AT_FAULT, "status": "passed"}],
        [{"id": AT_FAULT, "status": "failed", "findings": [{"cause": "no-wheel"}]}],
        [BROKEN, {"id": "slim/tf2.21.0/py3.11@cpu", "status": "errored", "reason": "disk full"}],
    ],
    ids=["absent", "passed", "another cause", "another cell"],
)
def test_anything_else_is_told(cells: list[dict[str, object]]) -> None:
    assert len(demo.judge({"cells": cells})) == 1


@pytest.mark.parametrize("with_cuda", [True, False])
def test_the_configuration_holds_what_this_machine_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_cuda: bool
) -> None:
    monkeypatch.setenv("TF_DOCKER_CHECK_LAB", str(tmp_path))
    ground = Ground("unix:///sock", "", "/etc/ca.pem", {"docker.io": "127.0.0.1:5087"})
    path = demo.write_config(ground, with_cuda=with_cuda)
    config = load_config(demo.PROJECT, str(path))
    assert config.mirrors == (("docker.io", "127.0.0.1:5087"),)
    assert config.build.ca_bundle == "/etc/ca.pem"
    assert ("slim-cuda/*" in config.exclude) is not with_cuda
