from __future__ import annotations

from dataclasses import replace

import pytest

from tf_docker_check.image.reference import Reference
from tf_docker_check.inspection.labels import find_mismatches, find_unsupported
from tf_docker_check.model.inspection import (
    CudaGap,
    CudaLibrary,
    Inspection,
    Interpreter,
    OperatingSystem,
    TensorFlowBuild,
)

CPU = TensorFlowBuild("tensorflow-cpu", "2.19.0", "/site", False)
GPU = TensorFlowBuild("tensorflow", "2.19.0", "/site", True, "12.5.1", "9")
GAP = CudaGap("libcudnn.so.9", "is not in the image")


def why(reference: str, **held: object) -> list[str]:
    return [one.why for one in find_mismatches(Inspection(**held), Reference.parse(reference))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reference", "held", "said"),
    [
        ("tensorflow/tensorflow:2.19.0", {"tensorflow": (CPU,)}, []),
        ("tensorflow/tensorflow:2.19.0-gpu-jupyter", {"tensorflow": (GPU,)}, []),
        ("tensorflow/tensorflow:latest", {"tensorflow": (CPU,)}, []),
        ("me/myapp:2.18.0", {"tensorflow": (CPU,)}, []),
        ("tensorflow/tensorflow:2.18.0", {"tensorflow": (CPU,)}, ["another TensorFlow"]),
        ("mirror.example:5000/tensorflow/tensorflow:2.19.0", {}, ["another TensorFlow"]),
        ("tensorflow/tensorflow:2.19.0-gpu", {"tensorflow": (CPU,)}, ["not built for CUDA"]),
        ("tensorflow/tensorflow:2.19.0-gpu", {"tensorflow": (replace(CPU, cuda_build=None),)}, []),
        ("tensorflow/tensorflow:latest-gpu", {"tensorflow": (GPU,), "cuda_gaps": (GAP,)}, ["can use no GPU"]),
        ("python:3.12-slim", {"pythons": (Interpreter("/p", "3.12.7"),)}, []),
        ("python:3.1", {"pythons": (Interpreter("/p", "3.12.7"),)}, ["another Python"]),
        ("python:3.12.6", {"pythons": (Interpreter("/p", "3.12.7"),)}, ["another Python"]),
        ("python:slim", {"pythons": (Interpreter("/p", "3.14.0"),)}, []),
        ("any", {"pythons": (Interpreter("/p", "3.11.0rc1"),)}, ["pre-release"]),
        ("any", {"pythons": (Interpreter("/p", ""),), "environment": (("PYTHON_VERSION", "3.11.2"),)}, []),
        (
            "any",
            {"pythons": (Interpreter("/p", "3.12.7"),), "environment": (("PYTHON_VERSION", "3.11.2"),)},
            ["another Python"],
        ),
        (
            "any",
            {
                "cuda_libraries": (CudaLibrary("cudart", "x", "12.5.82", "/x"),),
                "environment": (("CUDA_VERSION", "12.5.1"),),
            },
            [],
        ),
        (
            "any",
            {
                "cuda_libraries": (CudaLibrary("cudart", "x", "12.3.5", "/x"),),
                "environment": (("CUDA_VERSION", "12.5.1"),),
            },
            ["another CUDA"],
        ),
        (
            "any",
            {
                "os": OperatingSystem("ubuntu", "24.04"),
                "labels": (
                    ("org.opencontainers.image.ref.name", "ubuntu"),
                    ("org.opencontainers.image.version", "22.04"),
                ),
            },
            ["another release"],
        ),
    ],
)
def test_claims_against_content(reference, held, said):
    found = why(reference, **held)
    assert len(found) == len(said)
    for text, part in zip(found, said, strict=True):
        assert part in text


@pytest.mark.parametrize(
    ("platform", "machines", "count"),
    [
        ("linux/amd64", {"EM_X86_64"}, 0),
        ("linux/arm64/v8", {"EM_X86_64"}, 1),
        ("linux/amd64", {"EM_X86_64", "EM_386"}, 0),
        ("linux/amd64", set(), 0),
        ("linux/s390x", {"EM_X86_64"}, 0),
        ("", {"EM_X86_64"}, 0),
    ],
)
def test_shared_objects_for_another_processor(platform, machines, count):
    assert len(find_mismatches(Inspection(platform=platform), None, frozenset(machines))) == count


@pytest.mark.parametrize(
    ("end", "long_end", "count"),
    [
        ("2020-01-01", "", 1),
        ("2020-01-01", "2030-01-01", 0),
        ("2020-01-01", "2026-01-01", 0),
        ("2020-01-01", "2025-12-31", 1),
        ("", "", 0),
    ],
)
def test_a_release_is_unsupported_the_day_after_its_last(end: str, long_end: str, count: int) -> None:
    held = Inspection(os=OperatingSystem("debian", "8", "Debian 8", end, long_end))
    assert len(list(find_unsupported(held, "2026-01-01"))) == count
