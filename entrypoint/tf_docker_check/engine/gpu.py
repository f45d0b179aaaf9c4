"""How to request a GPU from an engine."""

from __future__ import annotations

from typing import Any

from docker.types import DeviceRequest

ALL = "nvidia.com/gpu=all"

WAYS: dict[str, dict[str, Any]] = {
    "cdi": {"device_requests": [DeviceRequest(driver="cdi", device_ids=[ALL])]},
    "device-request": {"device_requests": [DeviceRequest(count=-1, capabilities=[["gpu"]])]},
    "runtime": {"runtime": "nvidia"},
}
"""Host settings by way, the surest first: CDI names the device, `--gpus all` needs a hook on the
engine's PATH, the nvidia runtime needs an entry in its configuration."""

PODMAN_WAYS: dict[str, dict[str, Any]] = {"cdi": {"devices": [f"{ALL}:{ALL}:rwm"]}}
"""Podman takes CDI names as devices, and ignores device requests in silence."""

RUNTIME_ENVIRONMENT = {"NVIDIA_VISIBLE_DEVICES": "all"}
"""The nvidia runtime exposes GPUs only to containers with this variable."""
