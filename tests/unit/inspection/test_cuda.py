from __future__ import annotations

import pytest

from tf_docker_check.inspection import cuda
from tf_docker_check.inspection.elf import Elf
from tf_docker_check.inspection.filesystem import File, Filesystem
from tf_docker_check.inspection.loader import Loader
from tf_docker_check.model.inspection import CudaGap, CudaLibrary, TensorFlowBuild

SITE = "usr/lib/python3.12/site-packages"
BUILD = TensorFlowBuild("tensorflow", "2.21.0", f"/{SITE}", True, "12.5.1", "9")
NAMES = ("libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11", "libcusolver.so.11",
         "libcusparse.so.12", "libcudnn.so.9")  # fmt: skip


def files(**folders: tuple[str, ...]) -> Filesystem:
    there = {
        f"{SITE}/tensorflow/libtensorflow_framework.so.2": File(
            "file", elf=Elf(readable=True, runpath=("$ORIGIN/ok",))
        )
    }
    places = {"reachable": f"{SITE}/tensorflow/ok", "elsewhere": f"{SITE}/nvidia/lib", "stubs": "cuda/stubs"}
    for folder, names in folders.items():
        there |= {
            f"{places[folder]}/{name}": File("file", elf=Elf(readable=True, soname=name)) for name in names
        }
    return Filesystem(there)


def gaps(found: Filesystem, build: TensorFlowBuild = BUILD) -> tuple[CudaGap, ...]:
    loader = Loader(found, "")
    return cuda.find_gaps(found, build, cuda.find_libraries(found, {}, loader, build), loader)


def test_everything_where_tensorflow_looks_leaves_no_gap():
    assert gaps(files(reachable=NAMES)) == ()


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (files(reachable=NAMES[:-1]), "is not in the image"),
        (files(reachable=(*NAMES[:-1], "libcudnn.so.8")), "the image has libcudnn.so.8 instead"),
        (
            files(reachable=NAMES[:-1], elsewhere=NAMES[-1:]),
            f"is at /{SITE}/nvidia/lib/libcudnn.so.9, where TensorFlow does not look",
        ),
    ],
)
def test_a_gap_says_what_is_there_instead(found, reason):
    assert gaps(found) == (CudaGap("libcudnn.so.9", reason),)


@pytest.mark.parametrize(
    "build",
    [
        TensorFlowBuild("tensorflow-cpu", "2.21.0", f"/{SITE}", False),
        TensorFlowBuild("tensorflow", "2.21.0", f"/{SITE}", None),
        TensorFlowBuild("tensorflow", "2.4.0", f"/{SITE}", True, "11.0", "8"),
        TensorFlowBuild("tensorflow", "2.99.0", f"/{SITE}", True, "99.1", "42"),
    ],
)
def test_no_gap_where_nothing_is_known_to_be_wanted(build):
    assert gaps(files(), build) == ()


def test_versions_come_from_the_file_name_else_from_the_package():
    found = Filesystem(
        {
            "usr/local/cuda/lib/libcudart.so.12.5.82": File(
                "file", elf=Elf(readable=True, soname="libcudart.so.12")
            ),
            "usr/local/cuda/lib/libcudart.so.12": File("symlink", target="libcudart.so.12.5.82"),
            f"{SITE}/nvidia/cudnn/lib/libcudnn.so.9": File("file"),
            "usr/local/cuda/lib/stubs/libcuda.so": File("file"),
        }
    )
    owners = {f"{SITE}/nvidia/cudnn/lib/libcudnn.so.9": ("nvidia-cudnn-cu12", "9.3.0.75")}
    assert cuda.find_libraries(found, owners, Loader(found, ""), None) == (
        CudaLibrary("cudart", "libcudart.so.12", "12.5.82", "/usr/local/cuda/lib/libcudart.so.12.5.82"),
        CudaLibrary(
            "cudnn",
            "libcudnn.so.9",
            "9.3.0.75",
            f"/{SITE}/nvidia/cudnn/lib/libcudnn.so.9",
            "nvidia-cudnn-cu12",
        ),
    )


def test_stubs_on_the_library_path_are_seen():
    assert cuda.find_stubs_on_path(Loader(Filesystem({}), "/usr/local/cuda/lib64/stubs:/x")) == (
        "/usr/local/cuda/lib64/stubs",
    )
