"""What a tag of ``nvidia/cuda`` says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_TAG = re.compile(
    r"(?:^|/)nvidia/cuda:(?P<cuda>[0-9]+\.[0-9]+(?:\.[0-9]+)?)(?:-cudnn(?P<cudnn>[0-9]*))?"
    r"-(?P<flavour>base|runtime|devel)-(?P<os>[a-z]+)(?P<release>[0-9][0-9.]*)$"
)


@dataclass(frozen=True)
class CudaTag:
    """`cudnn`: its major; empty where the tag only says that there is one, None where there is none.

    `flavour`: base (little but the driver's compatibility package), runtime or devel. `os` and `release`:
    such as ``ubuntu`` and ``22.04``.
    """

    cuda: str
    cudnn: str | None
    flavour: str
    os: str
    release: str


@cache
def cuda_tag(image: str) -> CudaTag | None:
    """That of *image*, by whatever registry; None for other images."""
    match = _TAG.search(image)
    return CudaTag(**match.groupdict()) if match else None
