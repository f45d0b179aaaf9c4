"""The CUDA libraries TensorFlow opens, and what the image has of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.model.number import numbers, whole

_PREFIX = "gpu.library."


def libraries(case: Case) -> Iterator[Proof]:
    """Libraries missing, of another version, or built for other cards."""
    if case.did_fail("gpu-static", "devices", "gpu-matmul", "gpu-conv"):
        for name, found in sorted(case.facts.items()):
            if name.startswith(_PREFIX) and isinstance(found, Mapping) and not found.get("path"):
                yield _missing(name.removeprefix(_PREFIX), found)
        yield from _old_cudnn(case)
    if case.did_fail("gpu-matmul", "gpu-conv", "devices"):
        yield from _other_cards(case)


def _missing(name: str, found: Mapping[str, Any]) -> Proof:
    elsewhere = [str(path) for path in found.get("elsewhere") or ()]
    if any(path.rpartition("/")[2] == name for path in elsewhere):
        return Proof("cuda-lib-missing", f"{name} is in {elsewhere[0]}, where TensorFlow does not look")
    if not elsewhere:
        return Proof("cuda-lib-missing", f"the image has no {name}")
    cause = "cudnn-mismatch" if name.startswith("libcudnn") else "cuda-version-mismatch"
    return Proof(cause, f"TensorFlow opens {name}, the image has {', '.join(elsewhere)}")


def _old_cudnn(case: Case) -> Iterator[Proof]:
    """The static check says it in words; the fact is there only where a minimum is known."""
    want = case.facts.get("wanted.cudnn_minor")
    for name, found in case.facts.items():
        if want and name.startswith(f"{_PREFIX}libcudnn") and isinstance(found, Mapping):
            have = str(found.get("version") or "")
            if have and numbers(have)[:2] < numbers(str(want))[:2]:
                yield Proof("cudnn-mismatch", f"TensorFlow wants cuDNN {want} or later, the image has {have}")


def _other_cards(case: Case) -> Iterator[Proof]:
    built = [str(one) for one in case.facts.get("wanted.architectures") or ()]
    devices = case.facts.get("gpu.devices")
    for device in devices if built and isinstance(devices, list) else ():
        capability = str(device.get("capability", "")) if isinstance(device, Mapping) else ""
        if capability and not _serves(built, capability):
            said = f"{device.get('name')} has compute capability {capability}, built are {', '.join(built)}"
            yield Proof("gpu-arch-unsupported", said)


def _serves(built: list[str], capability: str) -> bool:
    """Machine code serves its own major version from its minor on, PTX all that is newer."""
    have = numbers(capability)
    for one in built:
        kind, _, digits = one.partition("_")
        code = (int(digits[:-1]), int(digits[-1])) if whole(digits) is not None and len(digits) > 1 else None
        if code is None:
            return True  # not a notation we know
        if code <= have and (kind == "compute" or code[0] == have[0]):
            return True
    return False
