from __future__ import annotations

import pytest

from tf_docker_check.matrix.cuda_tag import CudaTag, cuda_tag


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("nvidia/cuda:12.3.2-cudnn9-runtime-ubuntu22.04", ("12.3.2", "9", "runtime", "ubuntu", "22.04")),
        ("host:5000/nvidia/cuda:12.6.3-cudnn-devel-ubi9", ("12.6.3", "", "devel", "ubi", "9")),
        ("nvidia/cuda:11.8.0-base-ubuntu22.04", ("11.8.0", None, "base", "ubuntu", "22.04")),
    ],
)
def test_what_a_tag_says(image: str, told: tuple[str, ...]) -> None:
    assert cuda_tag(image) == CudaTag(*told)


@pytest.mark.parametrize(
    "image", ["", "nvidia/cuda", "nvidia/cuda:latest", "mynvidia/cuda:12.3.2-base-ubuntu22.04"]
)
def test_other_images(image: str) -> None:
    assert cuda_tag(image) is None
