"""What is known of a base image from its name and the catalog."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from tf_docker_check.image.base import BaseImage, Cuda, points_at
from tf_docker_check.image.reference import HUB, Reference
from tf_docker_check.image.tags import read_tag
from tf_docker_check.resources.images import ImageFamily, families

__all__ = ["BaseImage", "Cuda", "known", "points_at"]

_ARCHITECTURES = frozenset({"amd64", "arm32v7", "arm64v8", "i386", "ppc64le", "riscv64", "s390x"})
"""Namespaces of Docker Hub that hold its own images for one architecture each."""

_OWN_IMAGES = frozenset({"cgr.dev", "mcr.microsoft.com", "gcr.io"})
"""Registries whose ``python`` and the like are other images than Docker Hub's."""


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
    image = read_tag(image)
    return replace(image, musl=musl or bool(image.distribution and image.distribution.libc == "musl"))


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
