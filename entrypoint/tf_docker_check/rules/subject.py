"""What the rules judge: an image before it is built, as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from packaging.specifiers import SpecifierSet

from tf_docker_check.image.base_image import BaseImage, Cuda
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.inspection import Inspection
from tf_docker_check.model.program import Program
from tf_docker_check.model.unread import Unread
from tf_docker_check.requirements.requirement import Requirement, Target, release_for
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.images import OfficialImage
from tf_docker_check.resources.rows import minor
from tf_docker_check.resources.tensorflow import Release


class CudaFrom(Enum):
    """Where TensorFlow's CUDA libraries come from."""

    EXTRA = "the [and-cuda] extra"
    IMAGE = "the image's own TensorFlow came with them"
    BASE = "the nvidia/cuda base image"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


class Pip(Enum):
    """What installs TensorFlow."""

    OWN = "the image's own, of its Python"  # python:, official, conda, a virtual environment
    SYSTEM = "the distribution's package"
    ABSENT = "none"  # a plain distribution, and nothing that installs pip first


@dataclass(frozen=True)
class Subject:
    """An image, as far as it is known; empty and None: not known.

    `base`: what it stands on; `python`: the minor that pip installs for; `installs`: the requirements that
    bring TensorFlow to it; `release`: the one it will hold. `installed`: versions pip is expected to choose,
    less those the strategy has a say in; `requests`: what the strategy itself says about versions, by
    distribution; `written`: the user's Dockerfile that this was read from, which may do more than was read;
    `unread`: what its Dockerfile may install and was not understood; `environment`: what it sets; `programs`:
    those that train on several workers, run so where `as_workers`; `inside`: the image itself, where it was
    looked into, and then `installed` is what it holds.
    """

    base: BaseImage
    architecture: str = "x86_64"
    python: str = ""
    installs: tuple[Requirement, ...] = ()
    package: str = "tensorflow"
    release: Release | None = None
    pip: Pip = Pip.OWN
    cuda_from: CudaFrom = CudaFrom.UNKNOWN
    gpu: Gpu = Gpu.OFF
    installed: Mapping[str, str] = field(default_factory=dict)
    requests: Mapping[str, SpecifierSet] = field(default_factory=dict)
    written: str = ""
    unread: tuple[Unread, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    programs: tuple[Program, ...] = ()
    as_workers: bool = False
    inside: Inspection | None = None

    @property
    def image(self) -> str:
        """The name of `base`."""
        return self.base.text

    @property
    def distribution(self) -> Distribution | None:
        """The distribution it is made of."""
        return self.base.distribution

    @property
    def official(self) -> OfficialImage | None:
        """The catalog's row on it, where it is TensorFlow's own image."""
        return self.base.official

    @property
    def cuda_base(self) -> Cuda | None:
        """The CUDA that its base image brings."""
        return self.base.cuda

    @property
    def target(self) -> Target:
        """What pip installs for."""
        return Target(self.python, self.architecture)

    @property
    def pinned(self) -> bool:
        """Whether pip is asked for one version of TensorFlow, or for none at all."""
        return any(install.pin for install in self.installs) or not self.installs

    @property
    def cuda(self) -> str:
        """The CUDA version of the libraries that TensorFlow will load, as far as known."""
        if self.cuda_from is CudaFrom.BASE and self.cuda_base:
            return minor(self.cuda_base.version)
        if self.cuda_from is CudaFrom.IMAGE and self.base.own_cuda:
            return minor(self.base.own_cuda)
        return self.release.cuda or str(self.release.cuda_major) if self.release else ""

    @property
    def chooses(self) -> str:
        """The words before what is `installed`."""
        return "the image has" if self.inside else "pip chooses"

    @property
    def forward_compatible(self) -> bool:
        """Whether it brings NVIDIA's package for older drivers (cuda-compat), as far as known."""
        if self.inside:
            return any(one.name.startswith("cuda-compat") for one in self.inside.system)
        return self.cuda_from is CudaFrom.IMAGE or self.cuda_base is not None

    def release_of(self, install: Requirement) -> Release | None:
        """The release that pip takes for *install*; None where that is not known or there is none."""
        return release_for(install, self.target)
