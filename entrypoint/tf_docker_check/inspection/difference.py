"""Compare two images; the most likely causes of a failure come first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tf_docker_check.model.inspection import Inspection, Package

DIFFERENCE_VERSION = 1

# In the order in which a change is likely to be why TensorFlow broke.
AREAS = (
    "tensorflow",
    "cuda",
    "python",
    "pip, next to TensorFlow",
    "libc",
    "missing libraries",
    "environment",
    "os",
    "start",
    "pip",
    "system packages",
    "label",
    "size",
)
_CLOSE = re.compile(
    r"numpy|protobuf|keras|tf[_-]keras|h5py|ml[_-]dtypes|absl[_-]py|grpcio|wrapt|gast|flatbuffers|opt[_-]einsum"
    r"|tensorboard|tensorflow[_-].*|tf[_-].*|setuptools|typing[_-]extensions|libclang|astunparse|optree",
    re.IGNORECASE,
)
_CUDA_PIP = re.compile(r"nvidia[_-].*|cuda[_-].*|triton", re.IGNORECASE)
_CUDA_SYSTEM = re.compile(r"cuda-.*|libcu.*|libnv.*|libnccl.*|nvidia-.*")
_LIBC = re.compile(r"libc6|libc-bin|libstdc\+\+6|libgcc-s1|musl")
SIZE_STEP = 1_000_000  # bytes; smaller changes of a part are not worth a line


@dataclass(frozen=True)
class Change:
    """One difference. `before` or `after` is empty if the thing does not exist there."""

    area: str
    name: str
    before: str = ""
    after: str = ""

    @property
    def kind(self) -> str:
        """Return "added", "removed" or "changed"."""
        return "added" if not self.before else "removed" if not self.after else "changed"


@dataclass(frozen=True)
class Difference:
    """Two images and their differences. `complete` is False if the layers of one of them were not read."""

    schema: int
    before: str
    after: str
    complete: bool
    changes: tuple[Change, ...]


def compare(before: Inspection, after: Inspection) -> Difference:
    """Return the differences. What only layers contain is compared if both images were read completely."""
    both = before.complete and after.complete
    changes = [*_outer(before, after), *(_inner(before, after) if both else ())]
    changes.sort(key=lambda change: (AREAS.index(change.area), change.name))
    return Difference(DIFFERENCE_VERSION, _name(before), _name(after), both, tuple(changes))


def _name(image: Inspection) -> str:
    pinned = image.digest or image.image_id
    return f"{image.reference} ({pinned})" if pinned else image.reference


def _outer(before: Inspection, after: Inspection) -> Iterator[Change]:
    """Yield differences in manifest and config."""
    yield from _changes("environment", dict(before.environment), dict(after.environment))
    yield from _changes("start", _start(before), _start(after))
    yield from _changes("label", dict(before.labels), dict(after.labels))
    yield from _changes("os", {"platform": before.platform}, {"platform": after.platform})
    if before.source == after.source:
        yield from _changes("size", *({"as stored": _megabytes(_stored(image))} for image in (before, after)))
    elif (old := _unpacked(before)) and (new := _unpacked(after)):
        yield from _changes("size", {"unpacked": _megabytes(old)}, {"unpacked": _megabytes(new)})


def _stored(image: Inspection) -> int:
    return sum(layer.size or 0 for layer in image.layers)


def _unpacked(image: Inspection) -> int:
    """Return the size of its layers, unpacked; 0 if one was not read. Registries store them compressed."""
    sizes = [layer.unpacked for layer in image.layers]
    return 0 if None in sizes else sum(size or 0 for size in sizes)


def _start(image: Inspection) -> dict[str, str]:
    parts = {"user": image.user, "entrypoint": " ".join(image.entrypoint), "command": " ".join(image.command)}
    return {name: text for name, text in parts.items() if text}


def _inner(before: Inspection, after: Inspection) -> Iterator[Change]:
    """Yield differences in the layers."""
    yield from _changes("tensorflow", _tensorflow(before), _tensorflow(after))
    yield from _changes("cuda", _cuda(before), _cuda(after))
    yield from _changes("python", _pythons(before), _pythons(after))
    yield from _changes("libc", _libc(before), _libc(after))
    yield from _changes("missing libraries", _missing(before), _missing(after))
    yield from _changes("os", _os(before), _os(after))
    for area, name, old, new in _packages(before.pip, after.pip, _pip_area):
        yield Change(area, name, old, new)
    for area, name, old, new in _packages(before.system, after.system, _system_area):
        yield Change(area, name, old, new)
    yield from _sizes(dict(before.sizes), dict(after.sizes))


def _changes(area: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in {**before, **after}:
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Change(area, name, old, new)


def _tensorflow(image: Inspection) -> dict[str, str]:
    builds = {}
    for one in image.tensorflow:
        built = f"CUDA {one.cuda}, cuDNN {one.cudnn}" if one.cuda_build else "CPU only"
        name = f"{one.distribution} at {one.path}" if one.distribution in builds else one.distribution
        builds[name] = one.version + ("" if one.cuda_build is None else f" ({built})")
    return builds


def _cuda(image: Inspection) -> dict[str, str]:
    libraries: dict[str, list[str]] = {}
    for one in image.cuda_libraries:
        where = " (off TensorFlow's path)" if one.reachable is False else ""
        libraries.setdefault(one.family, []).append(f"{one.soname} {one.version}{where}")
    versions = {family: ", ".join(sorted(set(texts))) for family, texts in libraries.items()}
    return versions | {f"gap: {gap.soname}": gap.reason for gap in image.cuda_gaps}


def _pythons(image: Inspection) -> dict[str, str]:
    return {one.path: one.version or "of unknown version" for one in image.pythons}


def _libc(image: Inspection) -> dict[str, str]:
    if image.libc is None:
        return {}
    versions = {
        image.libc.name: image.libc.version,
        "GLIBCXX": image.libc.glibcxx,
        "CXXABI": image.libc.cxxabi,
    }
    return {name: text for name, text in versions.items() if text}


def _missing(image: Inspection) -> dict[str, str]:
    libraries = {one.name: f"needed by {one.count} files" for one in image.missing_libraries}
    conflicts = {
        f"{one.package} wants {one.requires}": f"has {one.found}" if one.found else "has none"
        for one in image.conflicts
    }
    return libraries | conflicts


def _os(image: Inspection) -> dict[str, str]:
    if image.os is None:
        return {}
    facts = {
        "release": image.os.name or f"{image.os.id} {image.os.version}",
        "support ends": image.os.end,
        "long-term support ends": image.os.long_end,
    }
    return {name: text for name, text in facts.items() if text}


def _packages(
    before: tuple[Package, ...], after: tuple[Package, ...], area: Callable[[str], str]
) -> Iterator[tuple[str, str, str, str]]:
    old, new = _versions(before), _versions(after)
    for change in _changes("", old, new):
        yield area(change.name), change.name, change.before, change.after


def _versions(packages: tuple[Package, ...]) -> dict[str, str]:
    """Return versions by name; a package installed twice has both. Missing files count as a change."""
    by_name: dict[str, list[str]] = {}
    for one in packages:
        lost = f" ({one.missing} files missing)" if one.missing else ""
        by_name.setdefault(one.name, []).append(one.version + lost)
    return {name: ", ".join(sorted(versions)) for name, versions in by_name.items()}


def _pip_area(name: str) -> str:
    if _CUDA_PIP.fullmatch(name):
        return "cuda"
    return "pip, next to TensorFlow" if _CLOSE.fullmatch(name) else "pip"


def _system_area(name: str) -> str:
    if _LIBC.fullmatch(name):
        return "libc"
    return "cuda" if _CUDA_SYSTEM.fullmatch(name) else "system packages"


def _sizes(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Change]:
    for part in {**before, **after}:
        old, new = before.get(part, 0), after.get(part, 0)
        if abs(old - new) >= SIZE_STEP:
            yield Change("size", part, _megabytes(old), _megabytes(new))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
