from __future__ import annotations

import importlib.machinery
import importlib.util
import json
from pathlib import Path

import pytest

from tf_docker_check.resources import files
from tf_docker_check.resources.tensorflow import FILE, Release

SCRIPT = Path(__file__).parents[3] / "bin/refresh-releases"
TABLE = json.loads(files.text(FILE))
ROWS = TABLE["releases"]["rows"]


@pytest.fixture(scope="module")
def script():
    loader = importlib.machinery.SourceFileLoader("refresh_releases", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("refresh_releases", loader))
    loader.exec_module(module)
    return module


def index(**more):
    """What the index would say for the table as it is, with *more* versions → Pythons on both machines."""
    seen = {"x86_64": {}, "aarch64": {}}
    for row in ROWS:
        for architecture, wheel in row["wheels"].items():
            for python in wheel.get("pythons") or row["pythons"]:
                seen[architecture].setdefault(python, []).append(row["version"])
    for version, pythons in more.items():
        for python in pythons:
            for pythons_of in seen.values():
                pythons_of.setdefault(python, []).append(version)
    return seen


NEW = {
    "date": "2027-01-01",
    "wheels": {"x86_64": {"glibc": "2.28", "min_pip": "20.3"}},
    "packages": ["tensorflow"],
    "requires": ["numpy>=2", "nvidia-cudnn-cu13>=9.20; extra == 'and-cuda'", "keras>=4"],
}


def test_an_unchanged_index_changes_nothing(script):
    assert script.refreshed(ROWS, index(), {}) == ROWS


def test_a_new_release_gets_a_row_that_says_what_is_not_verified(script):
    seen = index(**{"2.22.0": ["3.13", "3.14"]})
    assert script.newer(ROWS, seen) == ["2.22.0"]
    row = script.refreshed(ROWS, seen, {"2.22.0": NEW})[-1]
    release = Release.of(row)
    assert (release.version, release.pythons, release.verified) == ("2.22.0", ("3.13", "3.14"), False)
    assert release.requires == ("numpy>=2", "keras>=4")
    assert release.and_cuda.requires == ("nvidia-cudnn-cu13>=9.20",)
    assert release.wheels["x86_64"].glibc == "2.28"
    assert "carried over from 2.22.0rc0" in release.source
    assert release.fresh.python in release.pythons


def test_a_new_python_for_a_known_release(script):
    rows = script.refreshed(ROWS, index(**{"2.21.0": ["3.14"]}), {})
    row = next(row for row in rows if row["version"] == "2.21.0")
    assert row["pythons"][-1] == row["and_cuda"]["pythons"][-1] == "3.14"


def test_an_index_that_lost_a_release_is_not_believed(script):
    seen = index()
    for versions in seen["x86_64"].values():
        versions[:] = [version for version in versions if version != "2.16.1"]
    with pytest.raises(script.Suspicious, match=r"2\.16\.1"):
        script.refreshed(ROWS, seen, {})


@pytest.mark.parametrize(
    ("name", "glibc", "pip"),
    [
        ("tensorflow-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl", "2.27", "20.3"),
        ("tensorflow-2.20.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "2.17", "19.3"),
        ("tensorflow-2.4.0-cp38-cp38-manylinux2010_x86_64.whl", "2.12", "19.0"),
    ],
)
def test_wheel_facts(script, name, glibc, pip):
    assert script.wheel_facts(name) == {"glibc": glibc, "min_pip": pip}


def test_what_is_written_reads_the_same(script):
    assert json.loads(script.written(TABLE)) == TABLE
    assert script.written(TABLE) == files.text(FILE)
