"""What the NVIDIA driver answers in the container."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.number import whole

# CUresult values, as cuda.h of the CUDA toolkit defines them.
_CUINIT = {
    2: "gpu-oom",
    3: "gpu-driver-state",
    34: "system-lib-conflict",  # the stub library
    304: "gpu-driver-state",
    500: "toolkit-too-old",
    802: "gpu-driver-state",  # fabric manager not ready
    803: "driver-mismatch",
    804: "driver-too-old",  # forward compatibility not supported
    999: "gpu-driver-state",
}
_NO_DEVICE = 100
_NVML_MISMATCH = 18


def driver(case: Case) -> Iterator[Proof]:
    """Why a promised GPU cannot be used, as far as the driver tells."""
    if case.gpu is not Gpu.REQUIRE or not case.failed:
        return
    code = case.facts.get("gpu.cuinit")
    if case.facts.get("gpu.libcuda_is_stub"):
        yield Proof("system-lib-conflict", f"libcuda.so.1 is the stub {case.facts.get('gpu.libcuda')}")
    elif case.did_fail("gpu-exposed") and code in (None, _NO_DEVICE):
        yield _without_device(case)
    elif isinstance(code, int) and code in _CUINIT:
        yield Proof(_CUINIT[code], f"cuInit answers {code}")
    yield from _not_served(case)


def _without_device(case: Case) -> Proof:
    nodes, module = case.facts.get("gpu.nodes"), case.facts.get("gpu.kernel_driver")
    if module:
        return Proof(
            "gpu-not-exposed",
            f"the host's driver is {module}, the container cannot open libcuda.so.1 or a device",
        )
    if nodes:
        return Proof(
            "gpu-not-exposed", f"{', '.join(map(str, nodes))} are there, libcuda.so.1 answers with no device"
        )
    return Proof("gpu-image-on-cpu-host", "no NVIDIA kernel driver and no /dev/nvidia* are to be seen")


def _not_served(case: Case) -> Iterator[Proof]:
    nvml = case.facts.get("gpu.nvml")
    if nvml == _NVML_MISMATCH:
        yield Proof("driver-mismatch", "NVML says that driver and library versions differ")
    if case.facts.get("gpu.count") == 0:
        yield Proof("gpu-not-exposed", f"the driver shows no device; set are {_variables(case)}")
    elif isinstance(nvml, str) and case.did_fail("devices", "gpu-matmul"):
        yield Proof(
            "gpu-not-exposed", f"libnvidia-ml.so.1 is not there ({nvml}): the utility capability is missing"
        )
    have, want = _major(case, "gpu.driver_cuda"), _major(case, "wanted.cuda")
    if have and want and have < want and not case.did_fail("gpu-exposed"):
        served, wanted = case.facts["gpu.driver_cuda"], case.facts["wanted.cuda"]
        yield Proof("driver-too-old", f"the driver serves CUDA {served}, TensorFlow wants {wanted}")


def _variables(case: Case) -> str:
    variables = case.facts.get("gpu.variables")
    pairs = variables.items() if isinstance(variables, dict) else ()
    return ", ".join(f"{name}={value}" for name, value in pairs) or "no GPU variables"


def _major(case: Case, name: str) -> int:
    return whole(str(case.facts.get(name, "")).partition(".")[0]) or 0
