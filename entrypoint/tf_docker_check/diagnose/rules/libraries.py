"""The CUDA libraries that TensorFlow opens, against those in the image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.model.number import numbers, whole

_PREFIX = "gpu.library."


def libraries(case: Case) -> Iterator[Proof]:
    """Prove libraries that are missing, of another version, or built for other GPUs."""
    if case.did_fail("gpu-static", "devices", "gpu-matmul", "gpu-conv"):
        for name, library in sorted(case.facts.items()):
            if name.startswith(_PREFIX) and isinstance(library, Mapping) and not library.get("path"):
                yield _missing(name.removeprefix(_PREFIX), library)
        yield from _old_cudnn(case)
    if case.did_fail("gpu-matmul", "gpu-conv", "devices"):
        yield from _other_cards(case)


def _missing(name: str, library: Mapping[str, Any]) -> Proof:
    elsewhere = [str(path) for path in library.get("elsewhere") or ()]
    if any(path.rpartition("/")[2] == name for path in elsewhere):
        return Proof("cuda-lib-missing", f"{name} is in {elsewhere[0]}, where TensorFlow does not look")
    if not elsewhere:
        return Proof("cuda-lib-missing", f"the image has no {name}")
    cause = "cudnn-mismatch" if name.startswith("libcudnn") else "cuda-version-mismatch"
    return Proof(cause, f"TensorFlow opens {name}, the image has {', '.join(elsewhere)}")


def _old_cudnn(case: Case) -> Iterator[Proof]:
    """Prove a cuDNN that is too old, where the minimum is known."""
    want = case.facts.get("wanted.cudnn_minor")
    for name, library in case.facts.items():
        if want and name.startswith(f"{_PREFIX}libcudnn") and isinstance(library, Mapping):
            have = str(library.get("version") or "")
            if have and numbers(have)[:2] < numbers(str(want))[:2]:
                yield Proof("cudnn-mismatch", f"TensorFlow wants cuDNN {want} or later, the image has {have}")


def _other_cards(case: Case) -> Iterator[Proof]:
    built = [str(one) for one in case.facts.get("wanted.architectures") or ()]
    devices = case.facts.get("gpu.devices")
    for device in devices if built and isinstance(devices, list) else ():
        capability = str(device.get("capability", "")) if isinstance(device, Mapping) else ""
        if capability and not _serves(built, capability):
            text = f"{device.get('name')} has compute capability {capability}, built are {', '.join(built)}"
            yield Proof("gpu-arch-unsupported", text)


def _serves(built: list[str], capability: str) -> bool:
    """Return whether code was built for *capability*: same major version and a lower minor, or older PTX."""
    have = numbers(capability)
    for one in built:
        kind, _, digits = one.partition("_")
        code = (int(digits[:-1]), int(digits[-1])) if whole(digits) is not None and len(digits) > 1 else None
        if code is None:
            return True  # not a notation we know
        if code <= have and (kind == "compute" or code[0] == have[0]):
            return True
    return False
