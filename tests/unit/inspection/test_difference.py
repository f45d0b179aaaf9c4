from __future__ import annotations

from dataclasses import replace

import pytest

from tf_docker_check.inspection import text
from tf_docker_check.inspection.difference import AREAS, Change, compare
from tf_docker_check.model.inspection import (
    CudaGap,
    CudaLibrary,
    Inspection,
    Interpreter,
    LayerSummary,
    Libc,
    OperatingSystem,
    Package,
    TensorFlowBuild,
)

GOOD = Inspection(
    reference="a:1",
    digest="sha256:1",
    complete=True,
    environment=(("LD_LIBRARY_PATH", "/cuda"),),
    os=OperatingSystem("ubuntu", "22.04", "Ubuntu 22.04", "2027-04-01"),
    libc=Libc("glibc", "2.35", "3.4.30", "1.3.13"),
    pythons=(Interpreter("/usr/bin/python3", "3.11.2"),),
    tensorflow=(TensorFlowBuild("tensorflow", "2.17.0", "/site", True, "12.3", "8"),),
    cuda_libraries=(CudaLibrary("cudnn", "libcudnn.so.8", "8.9.6", "/x"),),
    pip=(Package("numpy", "1.26.4"), Package("requests", "2.31")),
    system=(Package("libc6", "2.35"), Package("vim", "9")),
    sizes=(("CUDA", 5_000_000), ("rest", 10)),
)
BAD = replace(
    GOOD,
    digest="sha256:2",
    environment=(),
    pythons=(Interpreter("/usr/bin/python3", "3.11.0rc1"),),
    tensorflow=(TensorFlowBuild("tensorflow", "2.18.0", "/site", True, "12.5.1", "9"),),
    cuda_gaps=(CudaGap("libcudnn.so.9", "the image has libcudnn.so.8 instead"),),
    pip=(Package("numpy", "2.0.2", missing=3), Package("rich", "13")),
    system=(Package("libc6", "2.36"), Package("vim", "9")),
    sizes=(("CUDA", 9_000_000), ("rest", 20)),
)


def test_biggest_suspects_come_first():
    changes = compare(GOOD, BAD).changes
    assert [(one.area, one.name, one.kind) for one in changes] == [
        ("tensorflow", "tensorflow", "changed"),
        ("cuda", "gap: libcudnn.so.9", "added"),
        ("python", "/usr/bin/python3", "changed"),
        ("pip, next to TensorFlow", "numpy", "changed"),
        ("libc", "libc6", "changed"),
        ("environment", "LD_LIBRARY_PATH", "removed"),
        ("pip", "requests", "removed"),
        ("pip", "rich", "added"),
        ("size", "CUDA", "changed"),
    ]
    assert next(one for one in changes if one.name == "numpy").after == "2.0.2 (3 files missing)"


@pytest.mark.parametrize(
    ("source", "unpacked", "sizes"),
    [
        ("registry", 9_000_000, [("as stored", "1.0 MB", "3.0 MB")]),
        ("engine", 9_000_000, [("unpacked", "2.0 MB", "9.0 MB")]),
        ("engine", None, []),
    ],
)
def test_sizes_are_compared_with_their_like(
    source: str, unpacked: int | None, sizes: list[tuple[str, str, str]]
) -> None:
    stored = replace(GOOD, source="registry", layers=(LayerSummary("sha256:1", 1_000_000, 2_000_000),))
    other = replace(GOOD, source=source, layers=(LayerSummary("sha256:1", 3_000_000, unpacked),))
    changes = compare(stored, other).changes
    assert [(one.name, one.before, one.after) for one in changes if one.area == "size"] == sizes


def test_an_image_does_not_differ_from_itself():
    assert compare(BAD, BAD).changes == ()
    assert "no difference" in text.render_difference(compare(BAD, BAD))


def test_what_one_side_did_not_read_is_not_called_removed():
    found = compare(GOOD, replace(GOOD, complete=False, pip=(), user="app"))
    assert [one.name for one in found.changes] == ["user"]
    assert "not compared: OS" in text.render_difference(found)


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("nvidia-cudnn-cu12", "cuda"),
        ("keras", "pip, next to TensorFlow"),
        ("ml_dtypes", "pip, next to TensorFlow"),
        ("requests", "pip"),
    ],
)
def test_pip_packages_are_ranked_by_what_they_can_break(name, area):
    (change,) = compare(replace(GOOD, pip=()), replace(GOOD, pip=(Package(name, "1"),))).changes
    assert change == Change(area, name, "", "1")
    assert area in AREAS


def test_a_newer_system_lives_longer():
    newer = replace(GOOD, os=OperatingSystem("ubuntu", "24.04", "Ubuntu 24.04", "2029-05-31"))
    assert [(one.name, one.after) for one in compare(GOOD, newer).changes] == [
        ("release", "Ubuntu 24.04"),
        ("support ends", "2029-05-31"),
    ]
