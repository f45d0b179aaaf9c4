"""Whether the image fits on the host's disk while it is pulled or built."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.images import footprints
from tf_docker_check.resources.rows import source_of
from tf_docker_check.rules.subject import CudaFrom, Subject

_KINDS = {CudaFrom.IMAGE: "official-gpu", CudaFrom.EXTRA: "and-cuda"}
GB_PER_GIB = 1024**3 / 1000**3


def space(subject: Subject, host: Host) -> Iterator[Judgement]:
    """Too little of it. Nothing where the image or the disk is not known."""
    if not host.disk_gib or subject.release is None:
        return
    kind = _KINDS.get(subject.cuda_from, "cpu")
    footprint, free = footprints()[kind], host.disk_gib * GB_PER_GIB
    if free >= footprint.most_gb:
        return
    fits = "" if free < footprint.least_gb else f", perhaps less; it works from {footprint.most_gb} GB on"
    yield Judgement(
        "disk",
        Verdict.UNKNOWN if fits else Verdict.FAILS,
        f"{free:.0f} GB of disk are free, and the image takes {footprint.least_gb} to {footprint.most_gb} GB"
        f"{fits}",
        "disk-full",
        "free disk space, or take an image for CPUs" if kind != "cpu" else "free disk space",
        (source_of(f"footprint {kind}", footprint), source_of(f"host {host.name}", host)),
    )
