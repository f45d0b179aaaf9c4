"""GPUs: the host's driver, and how a container would get at it."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.doctor.advice import Advice, Level
from tf_docker_check.engine.about import About
from tf_docker_check.host.detect import HostFacts

_TOOLKIT = (
    "install the NVIDIA container toolkit, `nvidia-ctk runtime configure --runtime=docker`, restart Docker"
)


def advice(host: HostFacts, about: About | None) -> Iterator[Advice]:
    """Yield advice on GPU cells on this machine."""
    ways = about.info.gpu_ways if about else ()
    if not host.driver and not host.devices:
        consequence = (
            "the engine offers one all the same"
            if ways
            else "GPU cells are checked without one (`gpu: static`)"
        )
        yield Advice("gpu", Level.NOTE, f"this machine has no NVIDIA driver; {consequence}")
        return
    if not host.driver or not host.devices:
        has, lacks = ("device files", "kernel driver") if host.devices else ("kernel driver", "device files")
        remedy = "load the driver (`nvidia-smi` on the host does, and says what is wrong)"
        yield Advice("gpu", Level.WARNING, f"NVIDIA {has} without {lacks}", remedy)
    else:
        yield Advice("gpu", Level.FINE, f"NVIDIA driver {host.driver}, {', '.join(host.devices)}")
    means = [*(f"engine: {way}" for way in ways), *host.tools, *host.cdi]
    if means:
        yield Advice("gpu", Level.FINE, f"ways into a container: {', '.join(means)}")
    elif about:
        yield Advice(
            "gpu",
            Level.WARNING,
            "no NVIDIA container toolkit, runtime or CDI file: `--gpus all` fails",
            _TOOLKIT,
        )
