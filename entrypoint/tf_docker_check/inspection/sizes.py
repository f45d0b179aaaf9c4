"""Sum up sizes by part of the image."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container

from tf_docker_check.inspection.filesystem import Filesystem

_CUDA = re.compile(
    r"usr/local/cuda[^/]*/.*|.*-packages/nvidia/.*"
    r"|.*/lib(?:cu|nv|nccl|nccl_|npp)[\w-]*(?:_static)?(?:\.so(?:\.[0-9.]+)?|\.a)"
)
_PYTHON = re.compile(
    r"(?:.*/)?(?:lib/python[23](?:\.[0-9]+)?/.*|bin/python[23](?:\.[0-9]+)?|libpython[^/]*|include/python3.*)"
)


def sum_by_part(files: Filesystem, dpkg: Container[str], unpacked: int) -> tuple[tuple[str, int], ...]:
    """Return bytes by part, largest first; *unpacked* is the sum of all layers."""
    sizes: Counter[str] = Counter()
    for path, file in files.files.items():
        if file.kind == "file":
            sizes[_part(path, dpkg)] += file.size
    replaced = unpacked - sum(sizes.values())
    if replaced > 0:
        sizes["replaced or removed by later layers"] = replaced
    return tuple(sizes.most_common())


def _part(path: str, dpkg: Container[str]) -> str:
    if _CUDA.fullmatch(path):
        return "CUDA"
    if "-packages/" in path:
        return "TensorFlow" if "-packages/tensorflow/" in path else "Python packages"
    if path in dpkg:
        return "apt packages"
    return "Python" if _PYTHON.fullmatch(path) else "rest"
