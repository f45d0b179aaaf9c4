"""NVIDIA_REQUIRE_CUDA: the condition an image puts on the driver, evaluated before its first process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.model.inspection import Inspection
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.cuda_images import StartGate, start_gates
from tf_docker_check.resources.gpu import cuda_of, gpus
from tf_docker_check.resources.hosts import ABSENT, Host
from tf_docker_check.resources.rows import minor, source_of, version
from tf_docker_check.rules.subject import CudaFrom, Subject

CDI_TOOLKIT = "1.18.0"
"""From this container toolkit on, its runtime goes by CDI (NVIDIA/nvidia-container-toolkit)."""

CDI_ENGINE = "29.2.0"
"""From this engine on, ``--gpus`` goes by CDI where there are specifications (moby/moby)."""


def gate_of(subject: Subject) -> StartGate | None:
    """The condition of the subject's image, where the catalog has it."""
    if subject.inside:
        return _as_constrained(subject.inside)
    if subject.cuda_base:
        return start_gates().get(minor(subject.cuda_base.version))
    if subject.cuda_from is CudaFrom.IMAGE and subject.official:
        return start_gates().get(minor(subject.official.cuda))
    return None


def _as_constrained(image: Inspection) -> StartGate | None:
    """The condition in the image's own environment; None where it has none, or one we cannot read."""
    environment = dict(image.environment)
    condition = environment.get("NVIDIA_REQUIRE_CUDA", "")
    cuda = re.match(r"cuda>=([0-9]{1,4}\.[0-9]{1,4})(?:\s|$)", condition)
    if cuda is None or environment.get("NVIDIA_DISABLE_REQUIRE", "").lower() in {"1", "true"}:
        return None
    return StartGate(
        source=f"found in {image.reference}",
        verified=True,
        image_cuda=minor(environment.get("CUDA_VERSION", cuda[1])),
        driver_cuda=cuda[1],
        branches=tuple(sorted({int(branch) for branch in re.findall(r"driver>=([0-9]{3})\b", condition)})),
        only_datacentre="brand=geforce" not in condition,
    )


def is_datacentre(host: Host) -> bool | None:
    """Whether its GPU is one for data centres; None where the model is not known."""
    return gpus()[host.gpu].datacentre if host.gpu else None


def start_gate(subject: Subject, host: Host) -> Iterator[Judgement]:
    """A driver that the image refuses. With CDI nobody looks, so an unknown toolkit leaves it open."""
    gate = gate_of(subject)
    if gate is None or not host.driver or ABSENT in {host.driver, host.toolkit} or _admits(gate, host):
        return
    if host.toolkit and version(host.toolkit) >= version(CDI_TOOLKIT):
        return
    depends = " or ".join(_open(gate, host))
    yield Judgement(
        "start-gate",
        Verdict.UNKNOWN if depends else Verdict.FAILS,
        f"the container does not start{depends and f', unless {depends}'}: the image asks for a driver that "
        f"knows CUDA {gate.driver_cuda}, and {host.driver} does not (unsatisfied condition: cuda)",
        "driver-too-old",
        "update the driver, or take an image with an older CUDA",
        (source_of(f"start gate of CUDA {gate.image_cuda}", gate), source_of(f"host {host.name}", host)),
    )


def _open(gate: StartGate, host: Host) -> Iterator[str]:
    """What is not known and would let it start."""
    if not host.toolkit or not host.engine or version(host.engine) >= version(CDI_ENGINE):
        yield f"the GPU comes by CDI (container toolkit {CDI_TOOLKIT}, or engine {CDI_ENGINE} with it set up)"
    if is_datacentre(host) is None and version(host.driver).major in gate.branches:
        yield "the GPU is one for data centres"


def _admits(gate: StartGate, host: Host) -> bool:
    knows = cuda_of(host.driver)
    if knows and version(knows.cuda) >= version(gate.driver_cuda):
        return True
    datacentre = is_datacentre(host) is True
    return version(host.driver).major in gate.branches and (datacentre or not gate.only_datacentre)
