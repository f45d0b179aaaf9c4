"""Whether the base image was published at all. Only what the catalog knows for certain counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.image.reference import HUB
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.cuda_images import cuda_images, withdrawn_cuda
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
_PARTS = frozenset({"gpu", "jupyter", "py3", "devel", "custom", "op", "lite"})
"""What the tags of tensorflow/tensorflow have behind the release."""

_CUDA_TAG = re.compile(r"(?P<minor>[0-9]+[.][0-9]+)(?P<patch>[.][0-9]+)?")


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
        yield from _withdrawn(subject)


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
    elif release and not subject.base.pinned:
        yield from _unknown_suffix(subject)


def _unknown_suffix(subject: Subject) -> Iterator[Judgement]:
    """A part of the tag that none of TensorFlow's own tags has."""
    _, *parts = subject.base.tag.split("-")
    strange = [part for part in parts if part not in _PARTS]
    if strange:
        yield Judgement(
            RULE,
            Verdict.FAILS,
            f"there is no image {subject.image}: tags of tensorflow/tensorflow do not end in -{strange[0]}",
            "tag-not-found",
            "take RELEASE, RELEASE-gpu, RELEASE-jupyter or RELEASE-gpu-jupyter",
            (source_of("official images: tags", official()[-1]),),
        )


def _withdrawn(subject: Subject) -> Iterator[Judgement]:
    """NVIDIA's CUDA images that were taken off Docker Hub."""
    base = subject.base
    if base.family != "cuda" or base.reference is None or base.reference.registry != HUB:
        return
    number = _CUDA_TAG.match(base.tag)
    rows = withdrawn_cuda()
    if base.tag == "latest":
        reason, row = "NVIDIA took the tag latest of nvidia/cuda off Docker Hub in 2021", rows[0]
    elif number is None:
        return
    elif not number["patch"] and version(number["minor"]) >= version("11"):
        reason, row = (
            f"nvidia/cuda has no tag {base.tag}: NVIDIA keeps those with a patch number only",
            rows[1],
        )
    else:
        cuda = version(number.group())
        held = (row for row in rows if version(row.first) <= cuda <= version(row.last))
        withdrawn = next(held, None)
        if withdrawn is None:
            return
        reason, row = f"there is no image {subject.image} any more: {withdrawn.says}", withdrawn
    newest = cuda_images()[-1]
    remedy = (
        f"take a tag that is there, such as nvidia/cuda:{newest.cuda[-1]}-cudnn-runtime-{newest.os}, or a python "
        "image with tensorflow[and-cuda]"
    )
    source = source_of(f"withdrawn CUDA images: {row.last}", row)
    yield Judgement(RULE, Verdict.FAILS, reason, "tag-vanished", remedy, (source,))


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
