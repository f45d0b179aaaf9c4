"""What a base image is known to hold, by its reference and the catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tf_docker_check.matrix.cuda_tag import cuda_tag
from tf_docker_check.matrix.installs import is_musl, is_official, official_version, python_of
from tf_docker_check.resources.distributions import Distribution, distributions
from tf_docker_check.resources.images import (
    OfficialImage,
    cuda_images,
    floating_tags,
    official,
    official_image,
    python_image,
)
from tf_docker_check.resources.rows import minor

_NGC = re.compile(r"(?:^|/)nvidia/tensorflow:")
_AWS = re.compile(r"/tensorflow-(?:training|inference):")
_DEBIAN_SUFFIX = re.compile(r"-(?P<codename>jessie|stretch|buster|bullseye|bookworm|trixie|forky)$")
_DISTRIBUTION = re.compile(
    r"(?:^|/)(?P<name>debian|ubuntu|alpine|amazonlinux|centos|rockylinux|almalinux|ubi[0-9]+)"
    r"(?:/[\w-]+)?:(?P<tag>[\w.-]+)$"
)
_FAMILIES = {"amazonlinux": "amzn", "rockylinux": "rocky"}


@dataclass(frozen=True)
class Base:
    """An image of a registry. What is empty or None is not known.

    `family`: ``official``, ``ngc``, ``aws``, ``cuda``, ``python`` or ``distribution``. `python`: the
    Python of its pip; of a distribution the one that its packages would bring. `cudnn`: the major, or
    ``none``. `flavour`: of nvidia/cuda, base, runtime or devel.
    """

    reference: str
    family: str = ""
    python: str = ""
    distribution: Distribution | None = None
    official: OfficialImage | None = None
    cuda: str = ""
    cudnn: str = ""
    flavour: str = ""
    musl: bool = False

    @property
    def tag(self) -> str:
        return tag_of(self.reference)

    @property
    def has_tensorflow(self) -> bool:
        """Not in those official images that are for building it."""
        return self.family in {"official", "ngc", "aws"} and not re.search(r"devel|custom-op", self.tag)

    @property
    def gpu(self) -> bool:
        """Whether it is made for machines with an NVIDIA GPU."""
        named = "gpu" in self.tag and self.family in {"official", "aws"}
        return named or self.family in {"cuda", "ngc"}


def tag_of(reference: str) -> str:
    """The tag, ``latest`` where there is neither tag nor digest, empty under a digest alone."""
    name, at, _ = reference.rpartition("/")[2].partition("@")
    _, colon, tag = name.partition(":")
    return tag if colon else "" if at else "latest"


@lru_cache(maxsize=4096)
def known(reference: str) -> Base:
    """What is known of the image *reference*; of an empty one nothing."""
    if not reference:
        return Base(reference)
    named = reference.partition("@")[0]
    if ":" not in named.rpartition("/")[2] and "@" not in reference:
        named = f"{named}:latest"
    found = (find(reference, named) for find in (_official, _cuda, _python, _vendor, _plain))
    return next((base for base in found if base), Base(reference, musl=is_musl(named)))


def _official(reference: str, named: str) -> Base | None:
    if not is_official(named):
        return None
    release = official_version(named)
    newest = official()[-1] if re.search(r":latest(?:-gpu)?(?:-jupyter)?$", named) else None
    row = official_image(release) if release else newest
    python = row.python if row and not (row.python == "2.7" and "-py3" in named) else ""
    return Base(reference, "official", python, _of_os(row.os) if row else None, row)


def _cuda(reference: str, named: str) -> Base | None:
    tag = cuda_tag(named)
    if tag is None:
        return None
    cudnn, system = tag.cudnn, f"{tag.os}{tag.release}"
    if cudnn == "":
        majors = {row.cudnn_major for row in cuda_images() if row.os == system and tag.cuda in row.cuda}
        cudnn = str(majors.pop()) if len(majors) == 1 else ""
    distribution = _of_os(system)
    return Base(
        reference,
        "cuda",
        distribution.python if distribution else "",
        distribution,
        cuda=tag.cuda,
        cudnn="none" if cudnn is None else cudnn,
        flavour=tag.flavour,
    )


def _python(reference: str, named: str) -> Base | None:
    python = python_of(named)
    return Base(reference, "python", python, _debian(named, python), musl=is_musl(named)) if python else None


def _vendor(reference: str, named: str) -> Base | None:
    """NVIDIA's and AWS's own images with TensorFlow."""
    family = "ngc" if _NGC.search(named) else "aws" if _AWS.search(named) else ""
    return Base(reference, family) if family else None


def _plain(reference: str, named: str) -> Base | None:
    found = _distribution(named)
    return Base(reference, "distribution", found.python, found, musl=found.libc == "musl") if found else None


def _debian(named: str, python: str) -> Distribution | None:
    """The Debian of a ``python:`` image; a patch version without a suffix may stand on an older one."""
    if suffix := _DEBIAN_SUFFIX.search(named):
        return distributions().get(suffix["codename"])
    row = python_image(python)
    plain = re.fullmatch(rf"{re.escape(python)}(?:-slim)?", tag_of(named))
    return distributions().get(row.debian) if row and plain else None


def _distribution(named: str) -> Distribution | None:
    named = named.rpartition("library/")[2]
    if named in floating_tags():
        named = f"{named.partition(':')[0]}:{floating_tags()[named].points_at}"
    match = _DISTRIBUTION.search(named)
    if match is None:
        return None
    release = match["tag"].removesuffix("-slim")
    release = re.sub(r"-[0-9]{8}.*$", "", release)  # such as bookworm-20250811
    name = _FAMILIES.get(match["name"], match["name"])
    if ubi := re.fullmatch(r"ubi([0-9]+)", name):
        release = ubi[1]
    found = distributions()
    return found.get(f"{name}:{release}") or found.get(f"{name}:{minor(release)}") or _major(name, release)


def _major(name: str, release: str) -> Distribution | None:
    """By the first number (``debian:12.5``), or by the codename."""
    by_number = distributions().get(f"{name}:{release.partition('.')[0]}")
    named = distributions().get(release)
    return by_number or (named if named is not None and named.id == name else None)


def _of_os(text: str) -> Distribution | None:
    """``ubuntu22.04`` as a distribution."""
    match = re.fullmatch(r"([a-z]+?)([0-9][0-9.]*)", text)
    if match is None:
        return None
    name = _FAMILIES.get(match[1], match[1])
    return distributions().get(f"{name}{match[2]}:{match[2]}" if name == "ubi" else f"{name}:{match[2]}")
