"""Whether the container starts and the processor can run what is in it."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.predict.ground import ground
from tf_docker_check.predict.subject import CudaFrom, Subject
from tf_docker_check.resources.gpu import cuda_of, gpus
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.images import start_gates
from tf_docker_check.resources.rows import minor, version
from tf_docker_check.resources.runtime import syscall_gates

CDI_BY_DEFAULT = "1.18.0"
"""From this container toolkit on, NVIDIA_REQUIRE_CUDA is not evaluated (NVIDIA/nvidia-container-toolkit)."""


def start(subject: Subject, host: Host) -> Iterator[Judgement]:
    """What keeps the container from starting, or its threads."""
    if subject.architecture != host.architecture:
        reason = f"an image for {subject.architecture} on a host with {host.architecture}: exec format error"
        yield Judgement(
            "architecture", Verdict.FAILS, reason, "arch-mismatch", f"run it on {subject.architecture}"
        )
    yield from _denied_syscalls(subject, host)
    if subject.gpu is Gpu.REQUIRE and subject.cuda_from is CudaFrom.IMAGE and host.driver:
        yield from _start_gate(subject, host)


def processor(subject: Subject, host: Host) -> Iterator[Judgement]:
    """Instructions that the host lacks. What the build host has does not matter."""
    if host.architecture == "x86_64" and host.cpu and "avx" not in host.cpu and subject.release:
        yield Judgement(
            "avx",
            Verdict.FAILS,
            "TensorFlow's wheels need AVX, and this processor has none: exit 132, without a word",
            "cpu-instruction",
            "give the virtual machine a CPU model with AVX (host-passthrough)",
            (
                ground(f"tensorflow {subject.release.version}", subject.release),
                ground(f"host {host.name}", host),
            ),
        )


def _denied_syscalls(subject: Subject, host: Host) -> Iterator[Judgement]:
    gate, glibc = syscall_gates()["clone3"], subject.distribution.glibc if subject.distribution else ""
    if not glibc or version(glibc) < version(gate.glibc):
        return
    if not host.engine or version(host.engine) >= version(gate.engine):
        return
    denied = bool(host.runc) and version(host.runc) < version(gate.runc)
    depends = "" if denied else f", unless its seccomp profile and runc (from {gate.runc} on) answer it"
    yield Judgement(
        "clone3",
        Verdict.FAILS if denied else Verdict.UNKNOWN,
        f"engine {host.engine} denies the clone3 call of glibc {glibc}{depends}: {gate.says}",
        gate.cause,
        gate.remedy,
        (ground("syscall clone3", gate), ground(f"host {host.name}", host)),
    )


def _start_gate(subject: Subject, host: Host) -> Iterator[Judgement]:
    """NVIDIA_REQUIRE_CUDA of the image against the driver, where the toolkit evaluates it."""
    gate = start_gates().get(minor(subject.official.cuda)) if subject.official else None
    if gate is None or (host.toolkit and version(host.toolkit) >= version(CDI_BY_DEFAULT)):
        return
    knows = cuda_of(host.driver)
    if knows and version(knows.cuda) >= version(gate.driver_cuda):
        return
    datacentre = gpus()[host.gpu].datacentre if host.gpu else False
    if version(host.driver).major in gate.branches and (datacentre or not gate.only_datacentre):
        return
    depends = "" if host.toolkit else f" (unless the container toolkit is {CDI_BY_DEFAULT} or newer)"
    yield Judgement(
        "start-gate",
        Verdict.FAILS if host.toolkit else Verdict.UNKNOWN,
        f"the container does not start{depends}: the image asks for a driver that knows CUDA "
        f"{gate.driver_cuda}, and {host.driver} does not (unsatisfied condition: cuda)",
        "driver-too-old",
        "update the driver, or take an image with an older CUDA",
        (ground(f"start gate of CUDA {gate.image_cuda}", gate), ground(f"host {host.name}", host)),
    )
