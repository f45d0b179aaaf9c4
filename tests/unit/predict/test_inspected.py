from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.images import CUDA, GPU_BUILD, image, library, told_of
from predict.told import OFF, REQUIRE, first
from tf_docker_check.model.inspection import (
    Inspection,
    Interpreter,
    Libc,
    OperatingSystem,
    Package,
    TensorFlowBuild,
)
from tf_docker_check.predict.inspected import made_for_gpu, shown, subject_of_image


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (image(), False),
        (image(cuda_libraries=CUDA), True),
        (image(reference="host:5000/tensorflow/tensorflow:2.21.0-gpu"), True),
        (image(reference="host:5000/gpu-tools"), False),
        (image(environment=(("NVIDIA_VISIBLE_DEVICES", "all"),)), True),
    ],
)
def test_what_promises_a_gpu(inside: Inspection, expected: bool) -> None:
    assert made_for_gpu(inside) is expected


def test_what_was_found_stands_over_the_catalogs_row() -> None:
    own = replace(GPU_BUILD, cuda="12.8.0", capabilities=("sm_75", "compute_120"))
    subject = subject_of_image(image(own, libc=Libc("glibc", "2.31", "3.4.28", "1.3.12")), OFF)
    assert subject.release is not None
    assert subject.distribution is not None
    assert (subject.release.cuda, subject.release.sass, subject.release.ptx) == ("12.8", (75, 120), 120)
    assert (subject.distribution.version, subject.distribution.glibc) == ("12", "2.31")
    assert subject.release.source.startswith("found in registry.example/mine:1 (sha256:aaaa")


def test_a_tensorflow_and_a_system_that_the_catalog_lacks() -> None:
    nightly = replace(GPU_BUILD, version="2.23.0.dev20260101")
    inside = image(nightly, os=OperatingSystem("wolfi", "2026", "Wolfi"), libc=Libc("glibc", "2.40"))
    assert first(told_of(inside, "ubuntu-24.04")) == ("works", "")
    assert first(told_of(inside, "vm-without-avx")) == ("fails", "avx")
    assert first(told_of(replace(inside, os=None, libc=None), "ubuntu-24.04")) == ("works", "")


@pytest.mark.parametrize("version", ["", "not a version", "2.21.0-custom!"])
def test_a_version_that_is_none(version: str) -> None:
    inside = image(replace(GPU_BUILD, version=version), pip=(Package("numpy", version, GPU_BUILD.path),))
    assert subject_of_image(inside, OFF).release is None
    assert told_of(inside, "g5", REQUIRE).verdict


def test_the_libraries_of_wheels_are_judged_for_the_gpu() -> None:
    folder = f"{GPU_BUILD.path}/nvidia/cudnn/lib"
    inside = image(
        cuda_libraries=(library("cudnn", "libcudnn.so.9", "9.11.0.98", folder),),
        pip=(Package("nvidia-cudnn-cu12", "9.11.0.98", GPU_BUILD.path),),
    )
    assert first(told_of(inside, "p3", REQUIRE)) == ("fails", "cudnn-code")


def test_a_row_names_image_tensorflow_and_python() -> None:
    row = shown(image())
    assert (row.image_id, row.tensorflow, row.python) == ("registry.example/mine:1", "2.21.0", "3.11")
    bare = shown(image(None, pythons=(Interpreter("/usr/local/bin/python3.12", "3.12.1"),)))
    assert (bare.tensorflow, bare.python) == ("", "3.12")


TEXTS = st.sampled_from(
    ["", "12", "2.21.0", "12.x", "..", "sm_", "compute_90a", "1!2", "linux/", "/", "9" * 400]
)
WORDS = TEXTS | st.text(max_size=8)


@given(st.data())
def test_whatever_an_image_says_there_is_a_verdict(data: st.DataObject) -> None:
    """An inspection may come from a file that a stranger wrote."""
    text = lambda: data.draw(WORDS)  # noqa: E731 - short for what follows
    build = TensorFlowBuild(
        text(), text(), text(), data.draw(st.none() | st.booleans()), text(), text(), (text(),)
    )
    inside = image(
        build,
        reference=text(),
        platform=text(),
        environment=(("NVIDIA_REQUIRE_CUDA", f"cuda>={text()}"), ("CUDA_VERSION", text())),
        os=OperatingSystem(text(), text()),
        libc=Libc(data.draw(st.sampled_from(["glibc", "musl", ""])), text(), text(), text()),
        pythons=(Interpreter(text(), text()),),
        cuda_libraries=(library("cudart", text(), text()),),
        pip=(Package("numpy", text(), build.path),),
    )
    for host in ("g5", "vm-without-avx", "debian-11-driver-470"):
        assert told_of(inside, host, REQUIRE).verdict
