"""Whether the base image was published at all. Only what the catalog knows for certain counts."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.images import (
    absent,
    official,
    official_rules,
    published,
    python_image,
    python_images,
)
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.resources.tensorflow import as_of
from tf_docker_check.rules.subject import Subject

RULE = "exists"


def judge_published(subject: Subject) -> Iterator[Judgement]:
    """Yield why there is no such image."""
    yield from judge_platform(subject)
    yield from judge_tag(subject)


def judge_platform(subject: Subject) -> Iterator[Judgement]:
    """Yield why the official image is not there for this architecture."""
    if subject.base.is_official and subject.architecture != "x86_64":
        rule = official_rules()["amd64-only"]
        yield Judgement(
            RULE,
            Verdict.FAILS,
            f"tensorflow/tensorflow has images for linux/amd64 only, not {subject.architecture}",
            "arch-mismatch",
            "take a python image and pip install tensorflow, which has wheels for linux/arm64",
            (source_of(f"official images: {rule.id}", rule),),
        )


def judge_tag(subject: Subject) -> Iterator[Judgement]:
    """Yield why the tag is not there; what is named by its digest is."""
    if not subject.base.pinned:
        yield from _no_official(subject)
        yield from _no_python(subject)


def never_published(release: str) -> str:
    """Say that *release* never was an official image."""
    return f"tensorflow/tensorflow never had an image of {release}"


def _no_official(subject: Subject) -> Iterator[Judgement]:
    release = subject.base.promised_tensorflow if subject.base.is_official else ""
    if release and published(release) is False:
        nearest = [row.first for row in official() if version(row.first) < version(release)][-1]
        yield Judgement(
            RULE,
            Verdict.FAILS,
            never_published(release),
            "tag-not-found",
            f"take {nearest}, or a python image and `pip install tensorflow=={release}`",
            (source_of(f"no official image {release}", absent()[release]),),
        )


def _no_python(subject: Subject) -> Iterator[Judgement]:
    base = subject.base
    row = python_images().get(base.python)
    missing = row.tag != row.python if row else base.plain_slim
    if base.family == "python" and missing and "rc" not in base.tag:
        newest = [python for python in python_images() if python_image(python)][-1]
        but = f", only python:{row.tag}" if row else ""
        yield Judgement(
            RULE,
            Verdict.FAILS,
            f"there is no image {base.text}{but} (catalog of {as_of()})",
            "tag-not-found",
            f"take python:{newest} or older",
            (source_of(f"python image {newest}", python_images()[newest]),),
        )
