"""Whether the container starts, and its threads."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.predict.gate import start_gate
from tf_docker_check.resources.hosts import ABSENT, Host
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.resources.runtime import syscall_gates
from tf_docker_check.rules.subject import Subject

GOOD_QEMU = "7.2"
"""The first QEMU that emulates AVX (QEMU change log)."""


def start(subject: Subject, host: Host) -> Iterator[Judgement]:
    """What keeps the container from starting, or from starting threads."""
    if subject.architecture != host.architecture:
        yield _foreign(subject, host)
    yield from _denied_threads(subject, host)
    if subject.gpu is Gpu.REQUIRE and host.gpus:
        if host.toolkit == ABSENT:
            yield _no_toolkit(host)
        yield from start_gate(subject, host)


def _foreign(subject: Subject, host: Host) -> Judgement:
    what = f"an image for {subject.architecture} on a host with {host.architecture}"
    remedy = f"run it on {subject.architecture}"
    sources = (source_of(f"host {host.name}", host),)
    if not host.qemu:
        remedy = f"{remedy}, or register QEMU {GOOD_QEMU} or newer (slow)"
        reason = f"{what}, which has no emulation for it: exec format error"
        return Judgement("architecture", Verdict.FAILS, reason, "arch-mismatch", remedy, sources)
    if version(host.qemu) < version(GOOD_QEMU):
        reason = f"{what}: QEMU {host.qemu} emulates no AVX, exit 132"
        return Judgement("architecture", Verdict.FAILS, reason, "cpu-instruction", remedy, sources)
    reason = f"{what}: QEMU emulates it, slowly"
    return Judgement("architecture", Verdict.DEGRADED, reason, "arch-mismatch", remedy, sources)


def _denied_threads(subject: Subject, host: Host) -> Iterator[Judgement]:
    gate, glibc = syscall_gates()["clone3"], subject.distribution.glibc if subject.distribution else ""
    if not glibc or version(glibc) < version(gate.glibc):
        return
    if not host.engine or version(host.engine) >= version(gate.engine):
        return
    denied = bool(host.runc) and version(host.runc) < version(gate.runc)
    depends = "" if denied else f", unless its seccomp profile and runc (from {gate.runc} on) answer it"
    yield Judgement(
        "clone3",
        Verdict.UNKNOWN if depends else Verdict.FAILS,
        f"engine {host.engine} denies the clone3 call of glibc {glibc}{depends}; it works from engine "
        f"{gate.engine} on ({gate.says})",
        gate.cause,
        gate.remedy,
        (source_of("syscall clone3", gate), source_of(f"host {host.name}", host)),
    )


def _no_toolkit(host: Host) -> Judgement:
    return Judgement(
        "gpu-request",
        Verdict.FAILS,
        f"{host.name} has no NVIDIA container toolkit: could not select device driver, exit 125",
        "gpu-not-exposed",
        "install the NVIDIA container toolkit on the host",
        (source_of(f"host {host.name}", host),),
    )
