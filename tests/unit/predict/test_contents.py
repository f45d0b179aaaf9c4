from __future__ import annotations

from dataclasses import replace

import pytest

from predict.images import CPU_BUILD, CUDA, GPU_BUILD, NO_CUDNN, SITE, image, library, told_of
from predict.told import OFF, REQUIRE, STATIC, first, machine
from tf_docker_check.model.inspection import (
    Conflict,
    CudaGap,
    Inspection,
    Interpreter,
    MissingLibrary,
    Package,
    SymbolNeed,
    TensorFlowBuild,
)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (image(), ("works", "")),
        (image(CPU_BUILD), ("works", "")),
        (image(None), ("fails", "content")),
        (Inspection(reference="quick"), ("unknown", "content")),
        (image(pythons=(Interpreter("/usr/bin/python3.12", "3.12.3"),)), ("fails", "interpreter")),
        (image(tensorflow=(GPU_BUILD, CPU_BUILD)), ("unknown", "overwritten")),
        (image(pip=(Package("tensorflow", "2.21.0", SITE, missing=7),)), ("unknown", "overwritten")),
        (
            image(missing_libraries=(MissingLibrary("libx.so.1", (f"{SITE}/tensorflow/a.so",), 1),)),
            ("fails", "linked"),
        ),
        (image(missing_libraries=(MissingLibrary("libGL.so.1", (f"{SITE}/cv2/a.so",), 1),)), ("works", "")),
        (
            image(
                missing_libraries=(
                    MissingLibrary("libcuda.so.1", (f"{SITE}/tensorflow/a.so",), 1, from_host=True),
                )
            ),
            ("works", ""),
        ),
        (
            image(symbols=(SymbolNeed("GLIBC", "2.38", f"{SITE}/tensorflow/a.so", "2.36", False),)),
            ("fails", "symbols"),
        ),
        (
            image(symbols=(SymbolNeed("GLIBCXX", "3.4.32", f"{SITE}/other/a.so", "3.4.30", False),)),
            ("unknown", "symbols"),
        ),
        (image(conflicts=(Conflict("tensorflow", "numpy>=1.26", ""),)), ("unknown", "conflict")),
        (image(conflicts=(Conflict("flask", "click>=8", "7.0"),)), ("works", "")),
    ],
)
def test_what_is_inside_decides(inside: Inspection, expected: tuple[str, str]) -> None:
    assert first(told_of(inside, "ubuntu-24.04")) == expected


def test_the_versions_beside_it_are_those_found() -> None:
    old = replace(GPU_BUILD, version="2.14.0", cuda="11.8", cudnn="8")
    with_numpy_2 = image(old, pip=(Package("numpy", "2.0.2", SITE), Package("tensorflow", "2.14.0", SITE)))
    [judgement] = told_of(with_numpy_2, "ubuntu-24.04").judgements
    assert judgement.reason.startswith("the image has numpy 2.0.2, and TensorFlow 2.14.0")
    with_numpy_1 = image(old, pip=(Package("numpy", "1.26.4", SITE),))
    assert first(told_of(with_numpy_1, "ubuntu-24.04")) == ("works", "")


def test_cuda_is_judged_by_the_libraries_that_are_there() -> None:
    """Nothing is known of this name, and the catalog would have it that 2.21's own image lacks cuDNN 9."""
    whole = image(reference="tensorflow/tensorflow:2.21.0-gpu", cuda_libraries=CUDA)
    assert first(told_of(whole, "g5", REQUIRE)) == ("works", "")
    lacking = replace(whole, cuda_gaps=(NO_CUDNN,))
    found = told_of(lacking, "g5", REQUIRE)
    assert (first(found), found.sure) == (("fails", "gpu-libraries"), True)
    assert (
        found.judgements[0].sources[0].source.startswith("found in tensorflow/tensorflow:2.21.0-gpu (sha256:")
    )
    assert first(told_of(lacking, "ubuntu-24.04", STATIC)) == ("fails", "gpu-libraries")
    assert first(told_of(lacking, "ubuntu-24.04", OFF)) == ("works", "")


@pytest.mark.parametrize(
    ("soname", "there", "cause"),
    [
        ("libcudnn.so.9", library("cudnn", "libcudnn.so.8", "8.9.6"), "cudnn-mismatch"),
        ("libcudart.so.12", library("cudart", "libcudart.so.11.0", "11.8.89"), "cuda-version-mismatch"),
    ],
)
def test_another_major_instead_is_a_mismatch(soname: str, there: object, cause: str) -> None:
    gap = CudaGap(soname, "the image has another instead")
    found = told_of(image(cuda_libraries=(there,), cuda_gaps=(gap,)), "g5", REQUIRE)
    assert found.judgements[0].cause == cause


def test_a_build_that_cannot_be_read_leaves_it_open() -> None:
    unread = TensorFlowBuild("tensorflow", "2.21.0", SITE)
    assert first(told_of(image(unread), "g5", REQUIRE)) == ("unknown", "gpu-libraries")


def test_a_build_for_the_cpu_uses_no_gpu() -> None:
    assert first(told_of(image(CPU_BUILD, cuda_libraries=CUDA), "g5", REQUIRE)) == ("fails", "gpu-build")


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        (("CUDA_VISIBLE_DEVICES", "-1"), ("fails", "environment")),
        (("CUDA_VISIBLE_DEVICES", "0"), ("works", "")),
        (("NVIDIA_DRIVER_CAPABILITIES", "graphics,utility"), ("fails", "environment")),
        (("NVIDIA_DRIVER_CAPABILITIES", "compute,utility"), ("works", "")),
    ],
)
def test_variables_that_hide_the_gpu(variable: tuple[str, str], expected: tuple[str, str]) -> None:
    inside = image(cuda_libraries=CUDA, environment=(variable,))
    assert first(told_of(inside, "g5", REQUIRE)) == expected


def test_its_own_condition_on_the_driver_counts() -> None:
    asks = (
        ("NVIDIA_REQUIRE_CUDA", "cuda>=12.5 brand=tesla,driver>=535,driver<536"),
        ("CUDA_VERSION", "12.5.1"),
    )
    inside = image(cuda_libraries=CUDA, environment=asks)
    old = machine("g5", driver="525.147.05", toolkit="1.13.5", engine="28.0.4")
    assert first(told_of(inside, old, REQUIRE)) == ("fails", "start-gate")
    assert first(told_of(inside, replace(old, driver="535.54.03"), REQUIRE)) == ("works", "")
    off = replace(inside, environment=(*asks, ("NVIDIA_DISABLE_REQUIRE", "1")))
    assert first(told_of(off, old, REQUIRE)) == ("works", "")


@pytest.mark.parametrize(
    ("packages", "verdict"), [((), "fails"), ((Package("cuda-compat-12-5", "555.42.06"),), "unknown")]
)
def test_forward_compatibility_is_looked_for(packages: tuple[Package, ...], verdict: str) -> None:
    inside = image(cuda_libraries=CUDA, system=packages)
    old = machine("g5", driver="470.256.02")
    assert first(told_of(inside, old, REQUIRE)) == (verdict, "driver")


@pytest.mark.parametrize(("free_gib", "verdict"), [(1, "fails"), (2.5, "unknown"), (4, "works")])
def test_its_own_size_against_the_free_disk(free_gib: float, verdict: str) -> None:
    host = machine("ubuntu-24.04", disk_gib=free_gib)
    assert first(told_of(image(), host))[0] == verdict
