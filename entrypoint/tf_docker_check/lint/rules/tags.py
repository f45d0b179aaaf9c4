"""The tag of the base image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.image import Base, tag_of
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import base_of
from tf_docker_check.matrix.installs import official_version, python_of
from tf_docker_check.resources.distributions import distributions
from tf_docker_check.resources.images import (
    floating_tags,
    official,
    published,
    python_image,
    python_images,
)
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import as_of, releases

_PLAIN_PYTHON = re.compile(r"(?:^|/)python:(?P<python>[0-9]+\.[0-9]+)(?:-slim)?$")


def floating(stage: Stage) -> Iterator[Remark]:
    """TFD010."""
    if not stage.stands_on_image or "@" in stage.known_image:
        return
    base, tag = base_of(stage), tag_of(stage.known_image)
    if re.search(r"(?:^|/)python:3(?:-[a-z-]+)?$", stage.known_image):
        what = f"the tag {tag} moves on to every new Python"
    elif not re.search(r"[0-9]", tag) and not any(word in distributions() for word in tag.split("-")):
        what = f"the tag {tag} moves on with every release"
    else:
        return
    yield Remark(stage.word, f"{what}{_points_at(stage.known_image)}", _pinned(base))


def floating_debian(stage: Stage) -> Iterator[Remark]:
    """TFD011."""
    match = _PLAIN_PYTHON.search(stage.known_image) if stage.stands_on_image else None
    row = python_image(match["python"]) if match else None
    if row is None or row.last_build:
        return
    literal = stage.word.text == stage.known_image
    end = Span(stage.source, stage.word.end, stage.word.end)
    yield Remark(
        stage.word,
        f"{stage.known_image} stands on whatever Debian is current: {row.debian} by the catalog of {as_of()}",
        f"name the Debian too: {stage.known_image}-{row.debian}",
        (Edit(end, f"-{row.debian}"),) if literal else (),
    )


def unpublished(stage: Stage) -> Iterator[Remark]:
    """TFD012."""
    if not stage.stands_on_image or "@" in stage.known_image:
        return
    release = official_version(stage.known_image) if base_of(stage).family == "official" else ""
    if release and published(release) is False:
        before = [row.first for row in official() if version(row.first) < version(release)]
        yield Remark(
            stage.word,
            f"there is no image of TensorFlow {release}: that patch release came out as wheels only",
            f"take {before[-1]}, or a python image and `pip install tensorflow=={release}`",
        )
    row = python_images().get(python_of(stage.known_image)) if base_of(stage).family == "python" else None
    if row and row.tag != row.python and "rc" not in base_of(stage).tag:
        newest = [each for each in python_images() if python_image(each)][-1]
        yield Remark(
            stage.word,
            f"there is no python:{row.python} yet, only python:{row.tag}, by the catalog of {as_of()}",
            f"take python:{newest} or older",
        )


def _points_at(image: str) -> str:
    named = image if ":" in image.rpartition("/")[2] else f"{image}:latest"
    row = floating_tags().get(named.rpartition("library/")[2])
    return f" ({row.points_at} by the catalog of {as_of()})" if row else ""


def _pinned(base: Base) -> str:
    if base.family == "official":
        row = next(row for row in reversed(official()) if row.gpu_works or not base.gpu)
        return f"name a release, such as {row.first}{'-gpu' * base.gpu}, and its digest to be safe"
    if base.family == "python":
        newest = next(release for release in reversed(releases()) if release.final)
        return f"name Python and Debian; the newest Python with a TensorFlow wheel is {newest.pythons[-1]}"
    return "name a version, and its digest to be safe"
