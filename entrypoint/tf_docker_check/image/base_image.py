"""What is known of a base image from its name and the catalog; unknown values stay empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from tf_docker_check.image.reference import HUB, Reference
from tf_docker_check.resources.distributions import Distribution, distributions, named
from tf_docker_check.resources.images import (
    FloatingTag,
    ImageFamily,
    NgcImage,
    OfficialImage,
    cuda_images,
    families,
    floating_tags,
    frozen_tags,
    ngc_images,
    official,
    official_image,
    python_image,
)
from tf_docker_check.resources.rows import minor, version

_ARCHITECTURES = frozenset({"amd64", "arm32v7", "arm64v8", "i386", "ppc64le", "riscv64", "s390x"})
"""Namespaces of Docker Hub that hold its own images for one architecture each."""

_OWN_IMAGES = frozenset({"cgr.dev", "mcr.microsoft.com", "gcr.io"})
"""Registries whose ``python`` and the like are other images than Docker Hub's."""

_OFFICIAL = re.compile(r"(?P<release>[0-9]+\.[0-9]+\.[0-9]+(?:rc[0-9]+|\.post[0-9]+)?)(?:-.*)?")
_LATEST = re.compile(r"latest(?:-gpu)?(?:-jupyter)?")
_CANDIDATE = re.compile(r"(?:rc|[.]post)[0-9]+")
_NGC = re.compile(r"(?P<tag>[0-9]{2}\.[0-9]{2})(?:\.[0-9]+)?(?:-tf(?P<major>[12]))?(?:-.*)?")
_GPU = re.compile(r"(?:^|[-./:])(?:gpu|cuda[0-9]*)(?=[-./:]|$)")
_NOT_TO_RUN = re.compile(r"devel|custom-op")
_CUDA = re.compile(
    r"(?P<version>[0-9]+\.[0-9]+(?:\.[0-9]+)?)(?P<with>-cudnn(?P<cudnn>[0-9]*))?"
    r"-(?P<flavour>base|runtime|devel)-(?P<os>[a-z]+)(?P<release>[0-9][0-9.]*)"
)
_PYTHON = re.compile(
    r"(?P<version>[0-9]+(?:\.[0-9]+){0,2})?(?:(?:a|b|rc)[0-9]+|-rc)?(?P<variant>(?:^|-)(?:[a-z].*))?"
)
_SLIM = re.compile(r"[0-9]+\.[0-9]+(?:\.[0-9]+)?-slim")
_SUFFIXES = re.compile(r"-(?:slim|minimal|micro|backports|base|[0-9]{8}(?:\.[0-9]+)*)(?=-|$)")
_NAMES = {"amazonlinux": "amzn", "rockylinux": "rocky", "ubi": "rhel"}


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
        return says == "always" or (says == "tag" and _GPU.search(_name(self)) is not None)

    @property
    def promised_tensorflow(self) -> str:
        """The release that its tag names explicitly; empty for floating tags."""
        return "" if self.floating else self.tensorflow

    @property
    def system_python(self) -> str:
        """The version of its distribution's Python package."""
        return self.distribution.python if self.distribution else ""


@lru_cache(maxsize=4096)
def known(text: str) -> BaseImage:
    """Return what is known of the image *text*; only the text if that is not a valid reference."""
    reference = Reference.try_parse(text)
    if reference is None:
        return BaseImage(text)
    row = _family(reference)
    musl = "alpine" in reference.repository.rpartition("/")[2] or "alpine" in reference.tag
    image = BaseImage(text, reference, row, musl=musl)
    if row is None or not (reference.tag or row.reads):
        return image
    image = _READERS.get(row.family, _other)(image)
    return replace(image, musl=musl or bool(image.distribution and image.distribution.libc == "musl"))


def points_at(image: BaseImage) -> FloatingTag | None:
    """Return what the tag of *image* pointed at on the catalog's date; None if not in the catalog."""
    name = image.row.repositories[0].removeprefix("library/") if image.row else ""
    return floating_tags().get(f"{name}:{image.tag}")


def _family(reference: Reference) -> ImageFamily | None:
    """Return the image family: by the full name on Docker Hub, by its end on mirrors."""
    path = reference.repository
    if reference.registry == HUB:
        namespace, _, name = path.partition("/")
        return families().get(f"library/{name}" if namespace in _ARCHITECTURES else path)
    parts = path.split("/")
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    if reference.registry in _OWN_IMAGES and "library" not in parts:
        return next((row for end in ends if "/" in end and (row := _row(end))), None)
    return next((row for end in ends if (row := _row(end) or families().get(f"library/{end}"))), None)


def _row(repository: str) -> ImageFamily | None:
    """The family of a repository, by its name or by its beginning."""
    beginnings = (name for name in families() if name.endswith("*"))
    beginning = next((name for name in beginnings if repository.startswith(name[:-1])), repository)
    return families().get(repository) or families().get(beginning)


def _name(image: BaseImage) -> str:
    return f"{image.reference.repository}:{image.tag}" if image.reference else ""


def _other(image: BaseImage) -> BaseImage:
    """An image of another publisher, of which its row says what its name tells."""
    row, name = image.row, _name(image)
    assert row is not None  # its reader is found by its row
    tensorflow, python = row.read("tensorflow", name), row.read("python", name)
    named_os = row.read("os", name) or row.os_by_python.get(python, "")
    return replace(
        image,
        tensorflow=tensorflow,
        python=python,
        distribution=distributions().get(named_os) or _of_os(named_os),
        own_cuda=row.read("cuda", name),
        floating=not tensorflow and not re.search(r"[0-9]", image.tag),
    )


def _ngc(image: BaseImage) -> BaseImage:
    match = _NGC.fullmatch(image.tag)
    if match is None:
        return image
    tag = version(match["tag"])
    row = next((row for row in ngc_images() if version(row.first) <= tag <= version(row.last)), None)
    if row is None:
        return image
    return replace(
        image,
        tensorflow="1.15" if match["major"] == "1" else row.tensorflow,
        python=row.python,
        distribution=_of_os(row.os),
        own_cuda=row.cuda,
        ngc=row,
    )


def _official(image: BaseImage) -> BaseImage:
    match, frozen = _OFFICIAL.fullmatch(image.tag), frozen_tags().get(image.tag)
    floating = _LATEST.fullmatch(image.tag) is not None
    newest = official()[-1].last if floating and not image.pinned else ""
    release = match["release"] if match else frozen.holds if frozen else newest
    row = official_image(_CANDIDATE.sub("", release)) if release else None
    system = _of_os(row.os) if row else None
    python = row.python if row else ""
    if python == "2.7" and "-py3" in image.tag:
        python = system.python if system else ""
    return replace(
        image,
        tensorflow=release,
        official=row,
        python=python,
        distribution=system,
        own_cuda=row.cuda if row and image.gpu else "",
        floating=floating,
        frozen=frozen is not None,
    )


def _cuda(image: BaseImage) -> BaseImage:
    match = _CUDA.fullmatch(image.tag)
    if match is None:
        return image
    system = f"{match['os']}{match['release']}"
    cudnn = "none" if match["with"] is None else match["cudnn"] or _cudnn(match["version"], system)
    cuda = Cuda(match["version"], cudnn, match["flavour"])
    return replace(image, cuda=cuda, distribution=_of_os(system))


def _cudnn(cuda: str, system: str) -> str:
    majors = {row.cudnn_major for row in cuda_images() if row.os == system and cuda in row.cuda}
    return str(majors.pop()) if len(majors) == 1 else ""


def _python(image: BaseImage) -> BaseImage:
    """``python:X``. A full version may stand on an older Debian, and so may what a digest names."""
    match = _PYTHON.fullmatch(image.tag)
    if match is None:
        return image
    version, variant = match["version"] or "", (match["variant"] or "").lstrip("-")
    floating = "." not in version and version != "2"
    if floating and (version not in ("", "3") or not (version or variant)):
        return image
    python = "" if floating and image.pinned else _newest_python() if floating else _minor(version)
    plain = variant in ("", "slim", "latest")
    system = distributions().get(variant.rpartition("-")[2])
    if variant.startswith("alpine"):
        system = named("alpine", variant.removeprefix("alpine"))
    elif plain and version.count(".") < 2 and not image.pinned and (row := python_image(python)):
        system = distributions().get(row.debian)
    return replace(image, python=python, distribution=system, floating=floating)


def _minor(version: str) -> str:
    return "2.7" if version == "2" else minor(version)


def _newest_python() -> str:
    return minor(floating_tags()["python:latest"].points_at)


def _distribution(image: BaseImage) -> BaseImage:
    row, tag = image.row, image.tag
    assert row is not None  # its reader is found by its row
    moved = points_at(image)
    release = row.release or (moved.points_at if moved else _SUFFIXES.sub("", tag))
    if moved and image.pinned and not row.release:
        return replace(image, floating=True)
    distribution = named(row.distribution, release)
    codename = distributions().get(release)
    if distribution is None and codename and codename.id == row.distribution:
        distribution = codename
    return replace(image, distribution=distribution, floating=moved is not None)


def _of_os(text: str) -> Distribution | None:
    """``ubuntu22.04`` as a distribution."""
    match = re.fullmatch(r"([a-z]+)-?([0-9][0-9.]*)", text)
    return named(_NAMES.get(match[1], match[1]), match[2]) if match else None


_READERS: Mapping[str, Callable[[BaseImage], BaseImage]] = {
    "official": _official,
    "cuda": _cuda,
    "python": _python,
    "distribution": _distribution,
    "ngc": _ngc,
}
"""Reads the tags of a family; of others the catalog's row says what to read (`_other`)."""
