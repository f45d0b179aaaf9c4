from __future__ import annotations

import pytest

from inspection.images import distribution
from tf_docker_check.inspection import python, tensorflow
from tf_docker_check.inspection.filesystem import File, Filesystem
from tf_docker_check.model.inspection import TensorFlowBuild

SITE = "usr/lib/python3.12/site-packages"
CUDA = """
import collections
build_info = collections.OrderedDict([('cpu_compiler', 'clang'),
    ('cuda_compute_capabilities', ['sm_60', 'compute_90']), ('cuda_version', '12.5.1'),
    ('cudnn_version', '9'), ('is_cuda_build', True), ('is_rocm_build', False)])
"""


def builds(source: str, *names: str) -> tuple[TensorFlowBuild, ...]:
    there = {f"{SITE}/tensorflow/python/platform/build_info.py": File("file", content=source.encode())}
    for name in names:
        metadata = distribution(name, "2.21.0")
        there |= {
            path: File("file", content=data) for path, data in metadata.items() if isinstance(data, bytes)
        }
    found = Filesystem(there)
    return tensorflow.find_builds(found, python.find_packages(found))


def test_what_it_was_built_for():
    assert builds(CUDA, "tensorflow", "tensorflow-estimator", "numpy") == (
        TensorFlowBuild("tensorflow", "2.21.0", f"/{SITE}", True, "12.5.1", "9", ("sm_60", "compute_90")),
    )


def test_two_distributions_in_one_place_are_both_told():
    assert [one.distribution for one in builds(CUDA, "tensorflow", "tensorflow-cpu")] == [
        "tensorflow",
        "tensorflow-cpu",
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "is_cuda_build = True\ncuda_version_number = '10.1'\n",
            {"is_cuda_build": True, "cuda_version_number": "10.1"},
        ),
        ("build_info = {'is_cuda_build': False}\n", {"is_cuda_build": False}),
        ("build_info = __import__('os').system('x')\n", {}),
        ("build_info = [1]\n", {}),
        ("import (", {}),
        ("\0", {}),
        ("x = " + "(" * 50_000, {}),
        ("x = " + "-" * 50_000 + "1", {}),
        ("#" * 70_000, {}),
    ],
)
def test_build_info_is_read_and_never_run(source, told):
    assert tensorflow.read_build_info(source) == told


def test_an_unreadable_build_info_is_unknown():
    (one,) = builds("nonsense(", "tf-nightly")
    assert one.cuda_build is None
