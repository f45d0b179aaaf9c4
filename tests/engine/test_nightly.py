"""Nights on a real registry and a real engine: tags that move, break, are mended and vanish."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import fakegithub.server
from engine.nights import Nights
from engine.shelf import Shelf, shelf
from fakegithub import given
from lab import ground
from lab.stand_ins import BY_REFERENCE

TENSORFLOW = "tensorflow/tensorflow:2.21.0"
GOOD = f"FROM {BY_REFERENCE[TENSORFLOW].tag}\n"
PIP = "RUN pip install --no-cache-dir --root-user-action=ignore"
NUMPY = f"{GOOD}{PIP} --no-deps numpy==1.23.5 idna==3.7 urllib3==2.2.3 wheel==0.43.0\n"
PYTHON = f"{GOOD}RUN python -m venv --without-pip /opt/venv\nENV PATH=/opt/venv/bin:$PATH\n"
NIGHTLY = {"close-after": 2, "infrastructure-nights": 2, "bisect-minutes": 10}

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def found() -> ground.Ground:
    return ground.up([TENSORFLOW])


@pytest.fixture(scope="module")
def images(found: ground.Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with shelf(tmp_path_factory.mktemp("shelf"), found.environment) as made:
        yield made


@pytest.fixture
def nights(found: ground.Ground, images: Shelf, tmp_path: Path) -> Iterator[Nights]:
    """A project that stands on the tag `latest`."""
    config = {
        "strategies": {"ours": {"from": images.reference("latest")}},
        "checks": {"profile": "quick"},
        "build": {"ca-bundle": "ca.pem"} if found.ca_bundle else {},
        "nightly": NIGHTLY,
    }
    with fakegithub.server.start() as github:
        given.branch(github.state)
        made = Nights(github, tmp_path, json.dumps(config), found.environment)
        made.workspace.mkdir()
        if found.ca_bundle:
            shutil.copy(found.ca_bundle, made.workspace / "ca.pem")
        yield made


def test_a_downgraded_numpy_is_found_and_told_until_it_is_mended(nights: Nights, images: Shelf) -> None:
    good = images.push("latest", GOOD)
    first = nights()
    assert (first.code, first.outputs["passed"], nights.issues) == (0, "1", [])
    assert len(nights.pulls) == 1

    quiet = nights()
    assert (quiet.code, quiet.report["due"]) == (0, {})

    bad = images.push("latest", NUMPY)
    broken = nights()
    (issue,) = nights.issues
    assert (broken.code, broken.steps, broken.outputs["issue-number"]) == (1, ["open"], str(issue.number))
    (regression,) = broken.report["regressions"]
    assert regression["signature"]["cause"] == "numpy-abi"
    assert [each["name"] for each in regression["bisected"]["culprits"]] == ["numpy"]
    assert all(text in (issue.body or "") for text in (good, bad, "numpy", f"@{good}"))
    assert not broken.report["proposal"]

    again = nights()
    assert (again.code, again.steps) == (1, ["update"])
    assert again.report["regressions"][0]["bisected"] == regression["bisected"]

    mended = images.push("latest", f"{GOOD}LABEL mended=yes\n")
    assert nights().steps == ["update"]
    last = nights()
    assert (last.code, last.steps, issue.state) == (0, ["close"], "closed")
    assert mended in [each.body for each in nights.github.state.repository.comments.values()][-1]
    assert nights().report["due"] == {}

    images.push("latest", NUMPY)
    assert nights().steps == ["reopen"]
    assert issue.state == "open"
