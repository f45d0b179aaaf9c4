"""What is known of a base image; unknown values stay empty."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tf_docker_check.image.reference import Reference
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.images import FloatingTag, ImageFamily, NgcImage, OfficialImage, floating_tags

_GPU = re.compile(r"(?:^|[-./:])(?:gpu|cuda[0-9]*)(?=[-./:]|$)")
_NOT_TO_RUN = re.compile(r"devel|custom-op")
_SLIM = re.compile(r"[0-9]+\.[0-9]+(?:\.[0-9]+)?-slim")


@dataclass(frozen=True)
class Cuda:
    """CUDA in an image. `cudnn`: its major, ``none``, or empty: not known.

    `flavour`: base (little but the driver's compatibility package), runtime or devel.
    """

    version: str
    cudnn: str
    flavour: str


@dataclass(frozen=True)
class BaseImage:
    """An image of a registry. What is empty or None is not known.

    `family` and `row`: the catalog's. `python`: that of its own pip. `tensorflow`: the release in it, which
    it goes on to hold unless the tag is `floating`; of other publishers it may be a minor. `official`: the
    catalog's row on that image. `cuda`: of an image that TensorFlow is yet to be installed on; `own_cuda`: the
    version of CUDA that came with its TensorFlow. `frozen`: the tag names no version and no longer moves.
    """

    text: str
    reference: Reference | None = None
    row: ImageFamily | None = None
    python: str = ""
    distribution: Distribution | None = None
    tensorflow: str = ""
    official: OfficialImage | None = None
    ngc: NgcImage | None = None
    cuda: Cuda | None = None
    own_cuda: str = ""
    floating: bool = False
    frozen: bool = False
    musl: bool = False

    @property
    def family(self) -> str:
        return self.row.family if self.row else ""

    @property
    def tag(self) -> str:
        """``latest`` where there is neither tag nor digest, empty under a digest alone."""
        return self.reference.tag if self.reference else ""

    @property
    def path_and_tag(self) -> str:
        """Its repository and tag, such as ``library/python:3.12``."""
        return f"{self.reference.repository}:{self.tag}" if self.reference else ""

    @property
    def pinned(self) -> bool:
        """Whether it is named by its digest."""
        return bool(self.reference and self.reference.digest)

    @property
    def is_official(self) -> bool:
        """Whether it is of ``tensorflow/tensorflow``, by whatever registry."""
        return self.family == "official"

    @property
    def has_tensorflow(self) -> bool:
        """Whether it contains TensorFlow; images for building TensorFlow do not."""
        return bool(self.row and self.row.tensorflow) and not _NOT_TO_RUN.search(self.tag)

    @property
    def is_server(self) -> bool:
        """Whether it holds TensorFlow's C++ server, and no Python."""
        return bool(self.row and self.row.server) and "devel" not in self.tag

    @property
    def without_pip(self) -> bool:
        """Whether it is a plain distribution, or CUDA on one: as published, there is no pip in it."""
        return bool(self.row and not self.row.pip and self.distribution)

    @property
    def plain_slim(self) -> bool:
        """Whether it is a ``python:X-slim``, of which the catalog has all."""
        return self.family == "python" and _SLIM.fullmatch(self.tag) is not None

    @property
    def gpu(self) -> bool:
        """Whether it is made for machines with an NVIDIA GPU."""
        says = self.row.gpu if self.row else "never"
        return says == "always" or (says == "tag" and _GPU.search(self.path_and_tag) is not None)

    @property
    def promised_tensorflow(self) -> str:
        """The release that its tag names explicitly; empty for floating tags."""
        return "" if self.floating else self.tensorflow

    @property
    def system_python(self) -> str:
        """The version of its distribution's Python package."""
        return self.distribution.python if self.distribution else ""


def points_at(image: BaseImage) -> FloatingTag | None:
    """Return what the tag of *image* pointed at on the catalog's date; None if not in the catalog."""
    name = image.row.repositories[0].removeprefix("library/") if image.row else ""
    return floating_tags().get(f"{name}:{image.tag}")
