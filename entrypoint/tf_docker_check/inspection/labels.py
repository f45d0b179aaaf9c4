"""Compare what an image calls itself with what it contains."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.image.reference import Reference
from tf_docker_check.inspection.versions import parse_numbers
from tf_docker_check.model.defaults import MACHINES
from tf_docker_check.model.inspection import Inspection, Mismatch

_RELEASE = re.compile(r"(?P<version>[0-9]+\.[0-9]+\.[0-9]+(?:rc[0-9]+)?)(?P<rest>(?:-[a-z0-9]+)*)")


def find_mismatches(
    image: Inspection, reference: Reference | None, machines: frozenset[str] = frozenset()
) -> tuple[Mismatch, ...]:
    """Return every claim of tag, labels and environment that is wrong for the content.

    *machines* are the processors that its shared objects are for, in ELF's terms.
    """
    claims = [*_machine(image, machines), *_python(image), *_environment(image), *_base(image)]
    if reference is not None:
        claims += [*_tensorflow_tag(image, reference), *_python_tag(image, reference)]
    return tuple(claims)


def find_unsupported(image: Inspection, today: str) -> Iterator[Mismatch]:
    """Yield the release if its support, including long-term support, ended before *today* (YYYY-MM-DD)."""
    last = max(image.os.end, image.os.long_end) if image.os else ""
    if image.os and last and last < today:
        held = image.os.name or f"{image.os.id} {image.os.version}"
        yield Mismatch("a supported release", held, f"its support ended on {last}")


def _machine(image: Inspection, machines: frozenset[str]) -> Iterator[Mismatch]:
    name = MACHINES.get(image.platform.split("/")[1] if "/" in image.platform else "", "")
    expected = f"EM_{name.upper()}" if name else ""  # as ELF calls it
    if expected and machines and expected not in machines:
        held = ", ".join(sorted(machines))
        yield Mismatch(f"platform {image.platform}", held, "its shared objects are for another processor")


def _tensorflow_tag(image: Inspection, reference: Reference) -> Iterator[Mismatch]:
    if reference.repository.rpartition("/")[2] not in {"tensorflow", "tf"}:
        return
    match = _RELEASE.fullmatch(reference.tag)
    held = ", ".join(f"{one.distribution} {one.version}" for one in image.tensorflow) or "no TensorFlow"
    if match and match["version"] not in {one.version for one in image.tensorflow}:
        yield Mismatch(f"tag {reference.tag}", held, "the tag names another TensorFlow than the image holds")
    if "gpu" in reference.tag.split("-") and image.tensorflow:
        if all(one.cuda_build is False for one in image.tensorflow):
            yield Mismatch(
                f"tag {reference.tag}", held, "a GPU tag, and this TensorFlow is not built for CUDA"
            )
        for gap in image.cuda_gaps:
            yield Mismatch(
                f"tag {reference.tag}", f"{gap.soname} {gap.reason}", "a GPU tag that can use no GPU"
            )


def _python_tag(image: Inspection, reference: Reference) -> Iterator[Mismatch]:
    if reference.repository.rpartition("/")[2] != "python" or not image.pythons:
        return
    claimed = re.match(r"[0-9]+(?:\.[0-9]+)*(?:(?:rc|a|b)[0-9]+)?", reference.tag)
    held = image.pythons[0].version
    if claimed and held and not (held == claimed[0] or held.startswith(f"{claimed[0]}.")):
        yield Mismatch(f"tag {reference.tag}", f"Python {held}", "the tag names another Python")


def _python(image: Inspection) -> Iterator[Mismatch]:
    for one in image.pythons:
        if re.search(r"[a-z+]", one.version):
            yield Mismatch("a Python release", f"Python {one.version} at {one.path}", "this is a pre-release")


def _environment(image: Inspection) -> Iterator[Mismatch]:
    variables = dict(image.environment)
    python, held = variables.get("PYTHON_VERSION", ""), [one.version for one in image.pythons if one.version]
    if python and held and not any(one.startswith(python) for one in held):
        yield Mismatch(f"PYTHON_VERSION={python}", f"Python {held[0]}", "the variable names another Python")
    cuda = variables.get("CUDA_VERSION", "")
    runtimes = {one.version for one in image.cuda_libraries if one.family == "cudart"}
    if cuda and runtimes and not any(parse_numbers(one)[:2] == parse_numbers(cuda)[:2] for one in runtimes):
        held_text = ", ".join(sorted(runtimes))
        yield Mismatch(f"CUDA_VERSION={cuda}", f"CUDA runtime {held_text}", "the variable names another CUDA")


def _base(image: Inspection) -> Iterator[Mismatch]:
    """Yield a release label of Ubuntu's images, which images on top inherit, that is wrong for the content."""
    labels = dict(image.labels)
    name, version = (
        labels.get("org.opencontainers.image.ref.name"),
        labels.get("org.opencontainers.image.version"),
    )
    if image.os and version and name == image.os.id and image.os.version and version != image.os.version:
        yield Mismatch(
            f"label {name} {version}", f"{image.os.id} {image.os.version}", "the label names another release"
        )
