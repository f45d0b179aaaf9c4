from __future__ import annotations

from tf_docker_check.inspection.filesystem import File, Filesystem
from tf_docker_check.inspection.sizes import sum_by_part


def test_every_byte_is_in_one_part_and_the_largest_comes_first():
    sizes = {
        "usr/local/cuda-12.5/lib/libcublas.so.12": 500,
        "usr/lib/python3.12/site-packages/nvidia/cudnn/lib/libcudnn.so.9": 400,
        "usr/lib/x86_64-linux-gnu/libnccl.so.2": 50,
        "usr/lib/python3.12/site-packages/tensorflow/libtensorflow_cc.so.2": 800,
        "usr/lib/python3.12/site-packages/numpy/core.py": 70,
        "usr/local/lib/python3.12/os.py": 30,
        "usr/bin/apt": 20,
        "opt/app": 10,
    }
    found = sum_by_part(
        Filesystem({path: File("file", size) for path, size in sizes.items()}), {"usr/bin/apt"}, 2000
    )
    assert found == (
        ("CUDA", 950),
        ("TensorFlow", 800),
        ("replaced or removed by later layers", 120),
        ("Python packages", 70),
        ("Python", 30),
        ("apt packages", 20),
        ("rest", 10),
    )
    assert sum(size for _, size in found) == 2000
