"""Render inspections and differences as text. Everything from an image is cleaned before it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from tf_docker_check.inspection.difference import Difference
from tf_docker_check.model.inspection import Inspection, OperatingSystem, SymbolNeed, TensorFlowBuild
from tf_docker_check.model.text import one_line

MAX_LINES = 25  # of one list; the rest is in the JSON
NEEDS_LAYERS = "OS, C library, Python, TensorFlow, CUDA libraries, packages, what is missing, sizes by part"
_SHOWN = re.compile(
    r"numpy|protobuf|keras|tf[_-]keras|h5py|ml[_-]dtypes|tensorboard|tensorflow.*|tf[_-].*|nvidia.*|jax.*|torch",
    re.IGNORECASE,
)
_WIDTH = 12

Row = tuple[str, str]
"""What a line is about (empty: more of the same), and what it says."""


def render_inspection(image: Inspection, today: date) -> str:
    """Return the main facts as lines; complete lists are in the JSON. *today* decides what has ended."""
    rows = [("image", f"{image.reference} ({image.source}, {image.platform or 'platform unknown'})")]
    rows += [*_outer(image), *(_inner(image, today) if image.complete else ())]
    if not image.complete:
        rows.append(("not read", f"the layers, so nothing is known of: {NEEDS_LAYERS}"))
    rows += _list("notes", image.notes)
    return "".join(f"{name:<{_WIDTH}}{one_line(text, 400)}".rstrip() + "\n" for name, text in rows)


def render_difference(comparison: Difference) -> str:
    """Return the changes by area, the most likely causes first."""
    rows = [("before", comparison.before), ("after", comparison.after)]
    for area, changes in groupby(comparison.changes, key=lambda change: change.area):
        rows += [("", ""), (f"{area}:", "")]
        rows += _list(
            "", [f"{change.name}: {change.before or '–'} → {change.after or '–'}" for change in changes]
        )
    if not comparison.changes:
        rows += [("", ""), ("no difference", "")]
    if not comparison.complete:
        rows += [("", ""), ("not read", f"the layers of both, so not compared: {NEEDS_LAYERS}")]
    return "".join(f"{name:<8}{one_line(text, 400)}".rstrip() + "\n" for name, text in rows)


def _outer(image: Inspection) -> Iterator[Row]:
    """Yield lines on manifest and config."""
    yield from _rows("digest", image.digest)
    yield from _rows("image id", image.image_id)
    yield from _rows("created", image.created)
    yield from _rows("user", image.user)
    yield from _rows("entrypoint", " ".join(image.entrypoint))
    yield from _rows("command", " ".join(image.command))
    yield from _list("environment", [f"{name}={value}" for name, value in image.environment])
    stored = sum(layer.size or 0 for layer in image.layers)
    if image.layers:
        yield "stored", f"{_size(stored)} in {len(image.layers)} layers"


def _inner(image: Inspection, today: date) -> Iterator[Row]:
    """Yield lines on the layers."""
    yield "OS", _system(image.os, today) if image.os else "unknown: no os-release"
    yield "C library", _libc(image)
    yield from _list(
        "Python", [f"{one.version or 'version unknown'} ({one.path})" for one in image.pythons] or ["none"]
    )
    yield from _list("TensorFlow", [_tensorflow(one) for one in image.tensorflow] or ["none"])
    yield from _list("CUDA", _cuda(image))
    yield from _list(
        "", [f"TensorFlow will use no GPU: {gap.soname} {gap.reason}" for gap in image.cuda_gaps]
    )
    yield "packages", f"{len(image.pip)} of pip, {len(image.system)} of the system"
    yield from _list("", [f"{one.name} {one.version}" for one in image.pip if _SHOWN.fullmatch(one.name)])
    yield from _list(
        "lost files", [f"{one.name}: {one.missing} of its files" for one in image.pip if one.missing]
    )
    yield from _list(
        "conflicts", [_conflict(one.package, one.requires, one.found) for one in image.conflicts]
    )
    yield from _list(
        "missing",
        [
            _missing(one.name, one.needed_by[0], one.count)
            for one in image.missing_libraries
            if not one.from_host
        ],
    )
    yield from _list("from host", [one.name for one in image.missing_libraries if one.from_host])
    yield from _list("symbols", [_symbol(one) for one in image.symbols])
    yield from _list("size", [f"{_size(size):>9}  {part}" for part, size in image.sizes])
    yield from _list("mismatch", [f"{one.label}, but {one.content}: {one.why}" for one in image.mismatches])


def _rows(name: str, text: str) -> Iterator[Row]:
    if text:
        yield name, text


def _list(name: str, texts: Iterable[str]) -> Iterator[Row]:
    """Return one line for each entry, at most `MAX_LINES`."""
    kept = list(texts)
    for text in kept[:MAX_LINES]:
        yield name, text
        name = ""
    if len(kept) > MAX_LINES:
        yield "", f"and {len(kept) - MAX_LINES} more (--json has all)"


def _system(system: OperatingSystem, today: date) -> str:
    name = system.name or f"{system.id} {system.version}"
    days = (("support", system.end), ("long-term support", system.long_end))
    return ", ".join([name, *(f"{what} {_verb(day, today)} on {day}" for what, day in days if day)])


def _verb(day: str, today: date) -> str:
    return "ENDED" if day < today.isoformat() else "ends"


def _libc(image: Inspection) -> str:
    if image.libc is None:
        return "unknown"
    more = f", GLIBCXX to {image.libc.glibcxx}, CXXABI to {image.libc.cxxabi}" if image.libc.glibcxx else ""
    return f"{image.libc.name} {image.libc.version}{more}"


def _tensorflow(one: TensorFlowBuild) -> str:
    if one.cuda_build is None:
        built = "build info not readable"
    elif one.cuda_build:
        built = f"built for CUDA {one.cuda}, cuDNN {one.cudnn}, {' '.join(one.capabilities)}"
    else:
        built = "built for CPU only"
    return f"{one.distribution} {one.version}, {built} ({one.path})"


def _cuda(image: Inspection) -> list[str]:
    return [
        f"{one.soname} {one.version} ({one.path})"
        + (", not where TensorFlow looks" if one.reachable is False else "")
        for one in image.cuda_libraries
    ]


def _conflict(package: str, requires: str, installed: str) -> str:
    return f"{package} wants {requires}, " + (f"there is {installed}" if installed else "there is none")


def _missing(name: str, by: str, count: int) -> str:
    more = f" and {count - 1} more" if count > 1 else ""
    return f"{name}, needed by {by}{more}"


def _symbol(one: SymbolNeed) -> str:
    provided = f"{one.provided} provided" if one.provided else "unknown what is provided"
    verdict = "" if one.satisfied is not False else f", NOT ENOUGH for {one.needed_by}"
    return f"{one.family} {one.needed} needed, {provided}{verdict}"


def _size(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
