"""What speaks against an image that was looked into, whatever the host."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.inspection import CudaGap, Inspection, TensorFlowBuild
from tf_docker_check.model.prediction import Judgement, Source, Verdict
from tf_docker_check.predict.inspected import seen_in
from tf_docker_check.predict.space import GB_PER_GIB
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.rows import source_of
from tf_docker_check.rules.subject import Subject

_SYMBOLS = {"GLIBC": "glibc-too-old", "GLIBCXX": "libstdcxx-too-old", "CXXABI": "libstdcxx-too-old"}
NAMED = 3
"""Libraries that one reason names."""


def contents(subject: Subject, image: Inspection) -> Iterator[Judgement]:
    """What keeps its TensorFlow from being imported, or leaves open whether it can be."""
    if not image.complete:
        yield Judgement("content", Verdict.UNKNOWN, "the layers were not read: what is in it is not known")
    elif not image.tensorflow:
        reason = f"no TensorFlow was found in {image.reference}"
        sources = (source_in(image, "packages"),)
        yield Judgement("content", Verdict.FAILS, reason, "python-env", "install tensorflow", sources)
    else:
        yield from _overwritten(image)
        yield from _interpreter(subject, image)
        yield from _missing(image, image.tensorflow[0])
        yield from _symbols(image, image.tensorflow[0])
        yield from _conflicts(image, image.tensorflow[0])


def source_in(image: Inspection, what: str) -> Source:
    """Something that was seen in *image*, as what a judgement rests on."""
    return Source(what, seen_in(image), verified=True)


def _overwritten(image: Inspection) -> Iterator[Judgement]:
    """Two distributions in one folder, or one that lost files."""
    first = image.tensorflow[0]
    builds = [one for one in image.tensorflow if one.path == first.path]
    lost = [one for one in image.pip if one.missing and one.name == first.distribution]
    if len(builds) > 1:
        names = " and ".join(f"{one.distribution} {one.version}" for one in builds[:2])
        reason = f"{names} are in one folder: the files of one lie over those of the other"
    elif lost:
        reason = f"{lost[0].missing} files that {first.distribution} {first.version} brought are gone"
    else:
        return
    sources = (source_in(image, f"{first.distribution} in {first.path}"),)
    remedy = "uninstall both, then install one, in a layer of its own"
    yield Judgement("overwritten", Verdict.UNKNOWN, reason, "tf-overwritten", remedy, sources)


def _interpreter(subject: Subject, image: Inspection) -> Iterator[Judgement]:
    held = [one.version for one in image.pythons if one.version]
    if not held or not subject.python or any(one.startswith(f"{subject.python}.") for one in held):
        return
    reason = (
        f"TensorFlow is installed for Python {subject.python}, and the image has {', '.join(held[:NAMED])}"
    )
    sources = tuple(source_in(image, f"Python {one}") for one in held[:NAMED])
    remedy = f"install it with the image's own Python, or bring Python {subject.python}"
    yield Judgement("interpreter", Verdict.FAILS, reason, "python-env", remedy, sources)


def _missing(image: Inspection, build: TensorFlowBuild) -> Iterator[Judgement]:
    """Libraries that TensorFlow's own shared objects are linked to and the image lacks."""
    folder = f"{build.path}/tensorflow/"
    for one in image.missing_libraries:
        by = [path for path in one.needed_by if path.startswith(folder)]
        if by and not one.from_host:
            reason = f"{by[0]} needs {one.name}, which nothing in the image provides"
            sources = (source_in(image, one.name),)
            remedy = f"install the package that has {one.name}"
            yield Judgement("linked", Verdict.FAILS, reason, "system-lib-missing", remedy, sources)
            return


def _symbols(image: Inspection, build: TensorFlowBuild) -> Iterator[Judgement]:
    for one in image.symbols:
        if one.satisfied is not False:
            continue
        verdict = Verdict.FAILS if one.needed_by.startswith(f"{build.path}/tensorflow/") else Verdict.UNKNOWN
        reason = f"{one.needed_by} asks for {one.family}_{one.needed}, and the image has {one.provided}"
        sources = (source_in(image, f"{one.family} {one.provided}"),)
        remedy = "use a newer base image"
        yield Judgement("symbols", verdict, reason, _SYMBOLS.get(one.family, ""), remedy, sources)


def _conflicts(image: Inspection, build: TensorFlowBuild) -> Iterator[Judgement]:
    """What TensorFlow itself asks for and does not get: it may do all the same, so nobody knows."""
    for one in image.conflicts:
        if one.package == build.distribution:
            installed = f"{one.found} is there" if one.found else "it is not there"
            reason = f"{one.package} {build.version} asks for {one.requires}, and {installed}"
            sources = (source_in(image, one.requires),)
            remedy = f"install {one.requires} beside it, in one command"
            yield Judgement("conflict", Verdict.UNKNOWN, reason, "dependency-conflict", remedy, sources)
            return


def room(image: Inspection, host: Host) -> Iterator[Judgement]:
    """Too little disk: pulling it takes what is stored and, unpacked beside it, what is in it."""
    unpacked = sum(layer.unpacked or 0 for layer in image.layers) / 1e9
    most, free = unpacked + sum(layer.size or 0 for layer in image.layers) / 1e9, host.disk_gib * GB_PER_GIB
    if not host.disk_gib or not unpacked or free >= most:
        return
    verdict = Verdict.FAILS if free < unpacked else Verdict.UNKNOWN
    reason = f"{free:.1f} GB of disk are free, and pulling the image takes {unpacked:.1f} to {most:.1f} GB"
    sources = (source_in(image, f"{len(image.layers)} layers"), source_of(f"host {host.name}", host))
    yield Judgement("disk", verdict, reason, "disk-full", "free disk space", sources)


def cuda_contents(subject: Subject, image: Inspection) -> Iterator[Judgement]:
    """What its TensorFlow opens to use a GPU and does not find: one missing, and no GPU is registered."""
    build = image.tensorflow[0] if image.tensorflow else None
    if build is None or build.cuda_build is False:
        return
    if image.cuda_gaps:
        yield _gap(image, build, image.cuda_gaps)
    elif not build.cuda:
        reason = "what this TensorFlow was built for could not be read, so not which CUDA libraries it opens"
        yield Judgement("gpu-libraries", Verdict.UNKNOWN, reason)
    if subject.gpu is Gpu.REQUIRE:
        yield from _unreachable(image)


def _gap(image: Inspection, build: TensorFlowBuild, gaps: tuple[CudaGap, ...]) -> Judgement:
    first = gaps[0]
    more = f", nor {len(gaps) - 1} more of the libraries it opens" if len(gaps) > 1 else ""
    reason = f"TensorFlow {build.version} does not find {first.soname}: it {first.reason}{more}"
    family = first.soname.removeprefix("lib").partition(".so")[0]
    others = {one.soname for one in image.cuda_libraries if one.family == family} - {first.soname}
    cause = "cuda-lib-missing"
    if others and "instead" in first.reason:
        cause = "cudnn-mismatch" if family == "cudnn" else "cuda-version-mismatch"
    wants = f"CUDA {build.cuda}" + (f" and cuDNN {build.cudnn}" if build.cudnn else "")
    remedy = f"bring {wants} where TensorFlow looks: as its [and-cuda] extra, or by the base image"
    sources = tuple(source_in(image, gap.soname) for gap in gaps[:NAMED])
    return Judgement("gpu-libraries", Verdict.FAILS, reason, cause, remedy, sources)


def _unreachable(image: Inspection) -> Iterator[Judgement]:
    """Variables of the image that keep a GPU from TensorFlow."""
    environment = dict(image.environment)
    parts = environment.get("NVIDIA_DRIVER_CAPABILITIES", "all").replace(" ", "").split(",")
    if environment.get("CUDA_VISIBLE_DEVICES", "0").strip() in {"", "-1"}:
        name, why = "CUDA_VISIBLE_DEVICES", "hides every GPU from CUDA"
    elif not {"all", "compute", ""} & set(parts):
        name, why = "NVIDIA_DRIVER_CAPABILITIES", "lacks `compute`, so libcuda is not put into the container"
    else:
        return
    reason = f"{name}={environment[name]} {why}"
    sources = (source_in(image, name),)
    yield Judgement(
        "environment", Verdict.FAILS, reason, "gpu-not-exposed", f"unset {name} in the image", sources
    )
