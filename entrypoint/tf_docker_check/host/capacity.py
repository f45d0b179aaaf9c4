"""How much this machine can do at once."""

from __future__ import annotations

from pathlib import Path

GIB = 1024**3
CELL_MEMORY = (
    3 * GIB
)  # a TensorFlow import and a training step stay below 1 GiB; a build's pip and pull do too
CELL_DISK = 4 * GIB  # a CPU image with TensorFlow is about 2 GB, and its layers exist twice while it is built


def workers(cpus: int, memory: int, disk_free: int | None, requested: int = 0) -> int:
    """Return how many builds or cells to run at once.

    That is *requested* if given, else what the scarcest resource allows. *memory* and *disk_free* are in
    bytes; None or 0 means unknown, which is no limit.
    """
    if requested > 0:
        return requested
    bounds = [max(2, cpus)]  # builds wait for network and disk as much as for a CPU
    if memory:
        bounds.append(memory // CELL_MEMORY)
    if disk_free is not None:
        bounds.append(disk_free // CELL_DISK)
    return max(1, min(bounds))


def ceiling(memory: int) -> str:
    """Return the memory limit (bytes) of containers without a configured one; empty if *memory* is unknown.

    An eighth is left for the machine, so that the kernel ends the container and not other processes.
    """
    return str(memory - memory // 8) if memory else ""


def gpu_reason(devices: Path = Path("/dev")) -> str:
    """Return why this machine has no usable GPU; empty if it may have one.

    An NVIDIA driver makes /dev/nvidiactl; WSL 2 has /dev/dxg instead.
    """
    if any((devices / name).exists() for name in ("nvidiactl", "nvidia0", "dxg")):
        return ""
    return "no GPU on this machine: it has no NVIDIA device (/dev/nvidiactl, /dev/dxg)"


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the instruction sets that the kernel reports for the first CPU; empty if unknown."""
    try:
        with cpuinfo.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name, _, value = line.partition(":")
                if name.strip() in ("flags", "Features"):
                    return frozenset(value.split())
    except OSError:
        pass
    return frozenset()


def shortage(disk_free: int | None, reserve_gb: float) -> str:
    """Return why the disk has no room for more; empty if it has, or if *disk_free* (bytes) is unknown."""
    if disk_free is None or disk_free >= reserve_gb * 1e9:
        return ""
    return (
        f"{disk_free / 1e9:.1f} GB of disk are free and {reserve_gb:g} GB are to stay free "
        "(`disk-reserve-gb`): not built; remove images you no longer need"
    )
