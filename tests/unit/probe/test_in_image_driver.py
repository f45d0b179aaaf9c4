from __future__ import annotations

import ctypes
from typing import Any

import pytest

from tf_docker_check.resources.probes import driver
from tf_docker_check.resources.probes.frame import Fail


class Library:
    """A libcuda or libnvidia-ml that answers as told."""

    def __init__(self, init: int = 0, count: int = 1, nvml: int = 0) -> None:
        self.init, self.count, self.nvml = init, count, nvml

    def cuInit(self, flags: int) -> int:  # noqa: N802
        return self.init

    def cuDriverGetVersion(self, version: Any) -> int:  # noqa: N802
        version._obj.value = 12080
        return 0

    def cuDeviceGetCount(self, count: Any) -> int:  # noqa: N802
        count._obj.value = self.count
        return 0

    def cuDeviceGet(self, device: Any, index: int) -> int:  # noqa: N802
        device._obj.value = index
        return 0

    def cuDeviceGetName(self, name: Any, size: int, device: Any) -> int:  # noqa: N802
        name.value = b"Tesla T4"
        return 0

    def cuDeviceGetAttribute(self, number: Any, attribute: int, device: Any) -> int:  # noqa: N802
        number._obj.value = {75: 7, 76: 5}[attribute]
        return 0

    def nvmlInit_v2(self) -> int:  # noqa: N802
        return self.nvml

    def nvmlSystemGetDriverVersion(self, version: Any, size: int) -> int:  # noqa: N802
        version.value = b"550.54.14"
        return 0


def probe(
    monkeypatch: pytest.MonkeyPatch, library: Library | None, nodes: tuple[str, ...] = ("/dev/nvidia0",)
) -> tuple[str, dict[str, Any]]:
    """(why it failed, or empty; the facts) of gpu-exposed on a machine like that."""

    def opened(name: str) -> Library:
        if library is None:
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        return library

    monkeypatch.setattr(ctypes, "CDLL", opened)
    monkeypatch.setattr(driver, "device_nodes", lambda: list(nodes))
    monkeypatch.setattr(driver, "loaded_from", lambda prefix: "/usr/lib/libcuda.so.1")
    facts: dict[str, Any] = {}
    try:
        driver.gpu_exposed(facts.__setitem__)
    except Fail as fail:
        return str(fail), facts
    return "", facts


def test_a_gpu_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, facts = probe(monkeypatch, Library())
    assert reason == ""
    assert facts["gpu.devices"] == [{"name": "Tesla T4", "capability": "7.5"}]
    assert (facts["gpu.driver"], facts["gpu.driver_cuda"]) == ("550.54.14", "12.8")


@pytest.mark.parametrize(
    ("library", "nodes", "reason"),
    [
        (None, (), "No such file or directory; there is no /dev/nvidia* either"),
        (None, ("/dev/nvidia0",), "device nodes /dev/nvidia0 are there"),
        (Library(init=100), (), "cuInit says CUDA_ERROR_NO_DEVICE (100); there is no /dev/nvidia*"),
        (Library(init=803), ("/dev/nvidia0",), "cuInit says CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)"),
        (Library(init=4711), ("/dev/nvidia0",), "cuInit says an unknown error (4711)"),
        (Library(count=0), ("/dev/nvidia0",), "shows no GPU"),
        (Library(nvml=18), ("/dev/nvidia0",), "driver and library versions differ (18)"),
        (Library(nvml=9), ("/dev/nvidia0",), "nvmlInit says 9"),
    ],
)  # fmt: skip
def test_the_decisive_fact_is_told(
    monkeypatch: pytest.MonkeyPatch, library: Library | None, nodes: tuple[str, ...], reason: str
) -> None:
    assert reason in probe(monkeypatch, library, nodes)[0]
