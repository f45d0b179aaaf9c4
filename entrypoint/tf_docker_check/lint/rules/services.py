"""How a compose file runs TensorFlow: GPUs, shared memory, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tf_docker_check.discovery.compose import Service
from tf_docker_check.discovery.gpu import asks_for_gpu, count_gpus
from tf_docker_check.dockerfile.source import Span
from tf_docker_check.lint.issue import Remark
from tf_docker_check.resources.runtime import limits
from tf_docker_check.rules.stage import all_tensorflow_installs, holds_tensorflow

_LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1|::1\]?):[0-9]")
_BETWEEN = re.compile(r"[\s\"',\[\]{}]+")
_ADDRESS = re.compile(r".+:[0-9]+")
_SHM = "/dev/shm"  # noqa: S108 - where shared memory is, in the container
_ASK = "ask for it: `gpus: all`, or deploy.resources.reservations.devices with capabilities: [gpu]"


def gpu_not_requested(service: Service) -> Iterator[Remark]:
    """TFD050."""
    if (
        _device(service) == "gpu"
        and (_holds_tensorflow(service) or _is_server(service))
        and not asks_for_gpu(service.values)
        and not _gpu_disabled(service)
    ):
        yield Remark(
            service.span(),
            f"the image of {service.name} is made for a GPU, and nothing gives it one: TensorFlow goes on "
            "with the CPU",
            f"{_ASK}; on a host without one, take the image without CUDA",
        )


def gpu_of_no_use(service: Service) -> Iterator[Remark]:
    """TFD051."""
    if _device(service) == "cpu" and asks_for_gpu(service.values):
        yield Remark(
            service.span(),
            f"{service.name} is given a GPU, and its TensorFlow has no CUDA libraries",
            "take a -gpu image or install tensorflow[and-cuda], or leave the GPU to others",
        )


def little_shared_memory(service: Service) -> Iterator[Remark]:
    """TFD052."""
    roomy = "shm_size" in service.values or service.values.get("ipc") in ("host", "shareable")
    mounted = any(_SHM in str(value) for key in ("tmpfs", "volumes") for value in service.items(key))
    if (
        _holds_tensorflow(service)
        and count_gpus(service.values) != 1
        and asks_for_gpu(service.values)
        and not roomy
        and not mounted
    ):
        limit = limits()["shm"]
        yield Remark(
            service.span(),
            f"{service.name} has {limit.default} of /dev/shm: with several GPUs, NCCL and worker processes "
            f"run out of it ({limit.says})",
            "set `shm_size: 1g`",
        )


def ports_on_host_network(service: Service) -> Iterator[Remark]:
    """TFD053."""
    concerned = _holds_tensorflow(service) or "TF_CONFIG" in service.environment
    if concerned and service.values.get("network_mode") == "host" and service.items("ports"):
        yield Remark(
            service.span("ports"),
            f"{service.name} is on the host's network, where there are no ports to publish",
            "leave out `ports`, or `network_mode: host`",
        )


def loopback_cluster(service: Service) -> Iterator[Remark]:
    """TFD054."""
    cluster = service.environment.get("TF_CONFIG", "").partition('"cluster"')[2]
    addresses = {word for word in _BETWEEN.split(cluster) if _ADDRESS.fullmatch(word)}
    if len(addresses) > 1 and _LOOPBACK.search(cluster) and service.values.get("network_mode") != "host":
        yield Remark(
            _variable(service, "TF_CONFIG"),
            "TF_CONFIG names other tasks by localhost, and in a container that is the container itself",
            "name each task by its service, such as worker0:2222",
        )


def arm64(service: Service) -> Iterator[Remark]:
    """TFD016."""
    platform = service.values.get("platform")
    if isinstance(platform, str) and platform.startswith("linux/arm64") and service.base.family == "official":
        yield Remark(
            service.span("platform"),
            "tensorflow/tensorflow has images for linux/amd64 only",
            "take a python image and pip install tensorflow, which has wheels for arm64",
        )


def _holds_tensorflow(service: Service) -> bool:
    return holds_tensorflow(service.stage) if service.stage else service.base.has_tensorflow


def _is_server(service: Service) -> bool:
    return bool(service.base.row and service.base.row.server)


def _device(service: Service) -> str:
    """What the image is made for, gpu or cpu; empty where that is not plain."""
    base, stage = service.base, service.stage
    installs = all_tensorflow_installs(stage) if stage else ()
    if base.gpu or any(install.with_cuda for install in installs):
        return "gpu"
    if base.family == "official" and base.tag and not installs:
        return "cpu"
    plain = base.family == "python" and stage is not None and bool(installs)
    cuda = stage is not None and re.search(r"cuda|nvidia|conda", stage.all_shell_text)
    unknown = stage is not None and any(not run.whole or run.foreign for run in stage.all_pip_installs)
    return "cpu" if plain and not cuda and not unknown else ""


def _gpu_disabled(service: Service) -> bool:
    """Whether its environment disables GPUs."""
    values = {**(service.stage.environment if service.stage else {}), **service.environment}
    return values.get("CUDA_VISIBLE_DEVICES") in ("", "-1") or values.get("NVIDIA_VISIBLE_DEVICES") in (
        "void",
        "none",
    )


def _variable(service: Service, name: str) -> Span:
    """Where that variable is set."""
    given = service.values.get("environment")
    if isinstance(given, Mapping):
        return service.span("environment", name)
    index = next(i for i, item in enumerate(service.items("environment")) if str(item).startswith(name))
    place = service.layer.place(("services", service.name, "environment", index))
    start = service.source.offset(place.line, place.column)
    return Span(service.source, start, start + len(name))
