"""What of a GPU the container was given: device nodes, the driver's library, NVML. No TensorFlow."""

import ctypes
import os
import re

from tf_docker_check.resources.probes.frame import Fail
from tf_docker_check.resources.probes.loaded import loaded_from

GPU_VARIABLE = re.compile("(NVIDIA_|CUDA_VISIBLE_DEVICES$|CUDA_DEVICE_ORDER$)")
MAJOR, MINOR = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_*
NAMES = {  # CUresult codes of cuInit, for drivers too broken to name them
    3: "CUDA_ERROR_NOT_INITIALIZED",
    34: "CUDA_ERROR_STUB_LIBRARY",
    100: "CUDA_ERROR_NO_DEVICE",
    802: "CUDA_ERROR_SYSTEM_NOT_READY",
    803: "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
    804: "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
    999: "CUDA_ERROR_UNKNOWN",
}


def gpu_exposed(fact):
    nodes = device_nodes()
    fact("gpu.nodes", nodes)
    fact("gpu.variables", {k: v[:200] for k, v in sorted(os.environ.items()) if GPU_VARIABLE.match(k)})
    fact("gpu.kernel_driver", kernel_driver())
    driver = open_driver(fact, nodes)
    initialise(fact, driver, nodes)
    count_devices(fact, driver)
    management_library(fact)


def device_nodes():
    names = os.listdir("/dev") if os.path.isdir("/dev") else []
    return sorted("/dev/" + name for name in names if name.startswith("nvidia") or name == "dxg")


def kernel_driver():
    """The kernel module's version, or empty where it is not loaded or not to be seen."""
    try:
        with open("/proc/driver/nvidia/version") as file:
            match = re.search(r"Kernel Module.*?\s(\d+\.\d+(?:\.\d+)?)\s", file.read(4096))
            return match.group(1) if match else ""
    except OSError:
        return ""


def open_driver(fact, nodes):
    seen = "device nodes %s are there" % ", ".join(nodes) if nodes else "there is no /dev/nvidia* either"
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        raise Fail("the driver's library cannot be opened: %s; %s" % (error, seen))
    path = loaded_from("libcuda.so")
    fact("gpu.libcuda", path)
    fact("gpu.libcuda_is_stub", "/stubs/" in path)
    return driver


def initialise(fact, driver, nodes):
    code = driver.cuInit(0)
    fact("gpu.cuinit", code)
    version = ctypes.c_int()
    if driver.cuDriverGetVersion(ctypes.byref(version)) == 0:
        fact("gpu.driver_cuda", "%d.%d" % (version.value // 1000, version.value % 1000 // 10))
    if code:
        words = "" if nodes else "; there is no /dev/nvidia* in the container"
        raise Fail("the driver refused: cuInit says %s (%d)%s" % (name_of(driver, code), code, words))


def name_of(driver, code):
    name = ctypes.c_char_p()
    try:
        driver.cuGetErrorName(code, ctypes.byref(name))
    except AttributeError:
        pass
    return name.value.decode("ascii", "replace") if name.value else NAMES.get(code, "an unknown error")


def count_devices(fact, driver):
    count = ctypes.c_int()
    code = driver.cuDeviceGetCount(ctypes.byref(count))
    if code:
        raise Fail("cuDeviceGetCount says %s (%d)" % (name_of(driver, code), code))
    fact("gpu.count", count.value)
    if count.value == 0:
        raise Fail("the driver answers and shows no GPU (CUDA_VISIBLE_DEVICES hides them, or none was given)")
    fact("gpu.devices", [describe(driver, index) for index in range(min(count.value, 16))])


def describe(driver, index):
    device, name = ctypes.c_int(), ctypes.create_string_buffer(128)
    driver.cuDeviceGet(ctypes.byref(device), index)
    driver.cuDeviceGetName(name, 128, device)
    numbers = []
    for attribute in (MAJOR, MINOR):
        number = ctypes.c_int()
        driver.cuDeviceGetAttribute(ctypes.byref(number), attribute, device)
        numbers.append(str(number.value))
    return {"name": name.value.decode("utf-8", "replace"), "capability": ".".join(numbers)}


def management_library(fact):
    """NVML. TensorFlow 2.21 registers no GPU without it, and says nothing."""
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError as error:
        fact("gpu.nvml", str(error))
        return
    code = nvml.nvmlInit_v2()
    fact("gpu.nvml", code)
    version = ctypes.create_string_buffer(96)
    if code == 0 and nvml.nvmlSystemGetDriverVersion(version, 96) == 0:
        fact("gpu.driver", version.value.decode("ascii", "replace"))
    if code == 18:
        raise Fail("NVML says that driver and library versions differ (18)")
    if code:
        raise Fail("NVML does not start (nvmlInit says %d)" % code)
