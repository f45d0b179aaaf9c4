"""The tag of the base image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.errors import UsageError
from tf_docker_check.image.base_image import BaseImage, points_at
from tf_docker_check.image.reference import Reference
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import remarks
from tf_docker_check.resources.distributions import distributions
from tf_docker_check.resources.images import official, python_image
from tf_docker_check.resources.tensorflow import as_of, releases
from tf_docker_check.rules.published import judge_tag
from tf_docker_check.rules.stage import base_of, subject_of

_PLAIN_PYTHON = re.compile(r"[0-9]+\.[0-9]+(?:-slim)?")
_EVERY_PYTHON = re.compile(r"3(?:-[a-z-]+)?")


def floating(stage: Stage) -> Iterator[Remark]:
    """TFD010."""
    if not stage.stands_on_image or base_of(stage).pinned:
        return
    base = base_of(stage)
    tag = base.tag
    if base.family == "cuda" or (base.tensorflow and not base.floating and not base.frozen):
        return
    if base.frozen:
        holds = f": it is TensorFlow {base.tensorflow}" if base.tensorflow else ""
        what = f"the tag {tag} names no release, and no longer moves{holds}"
    elif base.family == "python" and _EVERY_PYTHON.fullmatch(tag):
        what = f"the tag {tag} moves on to every new Python"
    elif not re.search(r"[0-9]", tag) and not any(word in distributions() for word in tag.split("-")):
        what = f"the tag {tag} moves on with every release"
    else:
        return
    yield Remark(stage.word, f"{what}{_points_at(base)}", _pinned(base))


def floating_debian(stage: Stage) -> Iterator[Remark]:
    """TFD011."""
    base = base_of(stage)
    plain = stage.stands_on_image and base.family == "python" and _PLAIN_PYTHON.fullmatch(base.tag)
    row = python_image(base.python) if plain and not base.pinned else None
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
    if stage.stands_on_image:
        yield from remarks(stage.word, judge_tag(subject_of(stage)))


def invalid(stage: Stage) -> Iterator[Remark]:
    """TFD001."""
    try:
        if stage.stands_on_image:
            Reference.parse(stage.known_image)
    except UsageError as error:
        yield Remark(stage.word, f"{error.what}: {error.why}", error.remedy)


def _points_at(base: BaseImage) -> str:
    row = points_at(base)
    return f" ({row.points_at} by the catalog of {as_of()})" if row else ""


def _pinned(base: BaseImage) -> str:
    if base.family == "official":
        row = next(row for row in reversed(official()) if row.gpu_works or not base.gpu)
        return f"name a release, such as {row.first}{'-gpu' * base.gpu}, and its digest to be safe"
    if base.family == "python":
        newest = next(release for release in reversed(releases()) if release.final)
        return f"name Python and Debian; the newest Python with a TensorFlow wheel is {newest.pythons[-1]}"
    return "name a version, and its digest to be safe"
