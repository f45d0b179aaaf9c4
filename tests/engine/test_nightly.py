"""Nights on a real registry and a real engine: tags that move, break, are mended and vanish."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import fakegithub.server
from engine.nights import Nights
from engine.shelf import Shelf, shelf
from fakegithub import given
from lab import ground
from lab.stand_ins import BY_REFERENCE

TENSORFLOW, WITH_GPU = "tensorflow/tensorflow:2.21.0", "tensorflow/tensorflow:2.21.0-gpu"
SLIM = "python:3.11-slim"
GOOD = f"FROM {BY_REFERENCE[TENSORFLOW].tag}\n"
PIP = "RUN pip install --no-cache-dir --root-user-action=ignore"
NUMPY = f"{GOOD}{PIP} --no-deps numpy==1.23.5 idna==3.7 urllib3==2.2.3 wheel==0.43.0\n"
PYTHON = f"{GOOD}RUN python -m venv --without-pip /opt/venv\nENV PATH=/opt/venv/bin:$PATH\n"
STUBS = Path(__file__).parents[1] / "faults/shared/gpu"
NVIDIA = "/usr/local/lib/python3.11/dist-packages/nvidia"
CUDA = f"""\
FROM {BY_REFERENCE[SLIM].tag} AS tools
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
COPY *.c make.sh ./
RUN sh make.sh 9 91002
FROM {BY_REFERENCE[WITH_GPU].tag}
COPY --from=tools /gpu/nvidia/ {NVIDIA}/
ENV LD_LIBRARY_PATH={NVIDIA}/cusolver/lib
"""
NO_CUDNN = f"{CUDA}RUN rm -r {NVIDIA}/cudnn\n"
NIGHTLY = {"close-after": 2, "infrastructure-nights": 2, "bisect-minutes": 10}

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def found() -> ground.Ground:
    return ground.up([SLIM, TENSORFLOW, WITH_GPU])


@pytest.fixture(scope="module")
def images(found: ground.Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with shelf(tmp_path_factory.mktemp("shelf"), found.environment) as made:
        yield made


Start = Callable[..., Nights]


@pytest.fixture
def start(found: ground.Ground, tmp_path: Path) -> Iterator[Start]:
    """Makes a project of the given strategies."""
    with fakegithub.server.start() as github:
        given.branch(github.state)

        def make(strategies: Mapping[str, object], **more: object) -> Nights:
            build = {"build": {"ca-bundle": "ca.pem"}} if found.ca_bundle else {}
            config = {"strategies": strategies, "nightly": NIGHTLY, **build, **more}
            made = Nights(github, tmp_path, json.dumps(config), found.environment)
            made.workspace.mkdir()
            if found.ca_bundle:
                shutil.copy(found.ca_bundle, made.workspace / "ca.pem")
            return made

        yield make


def test_a_downgraded_numpy_is_found_and_told_until_it_is_mended(start: Start, images: Shelf) -> None:
    nights = start({"ours": {"from": images.reference("latest")}}, checks={"profile": "quick"})
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

    images.delete("latest")
    gone = nights()
    assert [each["signature"]["cause"] for each in gone.report["regressions"]] == ["tag-vanished"]
    assert gone.report["tags"][0]["pulls"] is True


def test_another_python_and_a_removed_cudnn_are_two_issues(start: Start, images: Shelf) -> None:
    nights = start(
        {
            "python": {"from": images.reference("python")},
            "cudnn": {"from": images.reference("cudnn"), "gpu": True},
        },
        runners={"cpu": {"gpu": "static"}},
        checks={"profile": "quick"},
    )
    images.push("python", GOOD)
    images.push("cudnn", CUDA, STUBS)
    first = nights()
    assert (first.code, first.outputs["passed"], nights.issues) == (0, "2", [])
    images.push("python", PYTHON)
    images.push("cudnn", NO_CUDNN, STUBS)
    broken = nights()
    assert (broken.code, broken.steps, len(nights.pulls)) == (1, ["open", "open"], 1)
    found = {each["image"].rpartition(":")[2]: each for each in broken.report["regressions"]}
    assert {tag: each["signature"]["cause"] for tag, each in found.items()} == {
        "python": "python-env",
        "cudnn": "cuda-lib-missing",
    }
    assert {each["bisected"]["ending"] for each in found.values()} == {"not separable"}
    images.push("python", f"{GOOD}LABEL mended=yes\n")
    images.push("cudnn", f"{CUDA}LABEL mended=yes\n", STUBS)
    assert nights().steps == ["update", "update"]
    assert nights().steps == ["close", "close"]
