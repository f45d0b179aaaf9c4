"""Whether a container is given a GPU, by what compose files, Kubernetes and workflows say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tf_docker_check.model.number import whole

_RESOURCES = ("nvidia.com/gpu", "amd.com/gpu")


def asks_for_gpu(values: Mapping[str, Any]) -> bool:
    """Whether *values*, of a service or container, give it a GPU."""
    return bool(
        _items(values, "gpus")
        or values.get("runtime") == "nvidia"
        or any("nvidia" in str(device) for device in _items(values, "devices"))
        or reserved_gpus(values)
        or any(name in str(values.get("resources")) for name in _RESOURCES)
        or any("--gpus" in str(values.get(key)) for key in ("options", "runArgs"))
    )


def reserved_gpus(values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the GPUs among the devices that a compose service reserves."""
    section: Any = values
    for key in ("deploy", "resources", "reservations", "devices"):
        section = section.get(key) if isinstance(section, Mapping) else None
    devices = [one for one in section if isinstance(one, Mapping)] if isinstance(section, list) else []
    return [one for one in devices if "gpu" in str(one.get("capabilities")) or one.get("driver") == "nvidia"]


def count_gpus(values: Mapping[str, Any]) -> int:
    """Return how many GPUs a compose service asks for; 0 if it takes all, or that is not known."""
    reserved = reserved_gpus(values)
    if len(reserved) == 1:
        ids = reserved[0].get("device_ids")
        number = len(ids) if isinstance(ids, list) else whole(str(reserved[0].get("count", "")))
        if number is not None:
            return number
    return 1 if values.get("gpus") == "1" else 0


def _items(values: Mapping[str, Any], key: str) -> list[Any]:
    value = values.get(key)
    return value if isinstance(value, list) else [] if value is None else [value]
