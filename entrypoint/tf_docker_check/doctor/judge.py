"""From what was seen of a machine and its engine to advice. Pure; the engine's trouble comes first."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.doctor import engine, gpu
from tf_docker_check.doctor.advice import Advice, Level
from tf_docker_check.engine.about import About
from tf_docker_check.errors import EngineError
from tf_docker_check.host.capacity import CELL_DISK, CELL_MEMORY
from tf_docker_check.host.here import Here

_GIB = 1024**3


def judge(here: Here, found: About | EngineError, today: str) -> tuple[Advice, ...]:
    """Everything there is to say; *today* as ``2026-11-22``."""
    about = found if isinstance(found, About) else None
    said: list[Advice] = []
    if about:
        said += engine.advice(about, today)
    else:
        assert isinstance(found, EngineError)
        said.append(Advice("engine", Level.PROBLEM, f"{found.what}: {found.why}", found.remedy))
    said += _cpu(here, about)
    said += _memory(here, about)
    said += _disk(about)
    said += gpu.advice(here, about)
    said += _network(here, about)
    return tuple(said)


def _remote(about: About | None) -> bool:
    return about is not None and not about.info.host.startswith("unix://")


def _cpu(here: Here, about: About | None) -> Iterator[Advice]:
    machine = about.info.architecture if about and about.info.architecture else here.architecture
    kernel = about.info.kernel if about and about.info.kernel else here.kernel
    said = f"{machine}, {about.info.cpus if about else here.cpus} CPUs, kernel {kernel}"
    if machine in ("aarch64", "arm64"):
        remedy = (
            "TensorFlow has aarch64 wheels from 2.10 on, none with GPU; older images need an x86_64 runner"
        )
        yield Advice("cpu", Level.NOTE, said, remedy)
    elif machine not in ("x86_64", "amd64"):
        yield Advice(
            "cpu", Level.WARNING, said, "use an x86_64 or aarch64 runner: TensorFlow has no other wheels"
        )
    elif _remote(about) or not here.flags:
        yield Advice("cpu", Level.NOTE, f"{said}; its instructions cannot be seen from here")
    elif "avx" not in here.flags:
        remedy = "pass the host's CPU model through to the virtual machine, or use another runner"
        yield Advice(
            "cpu", Level.WARNING, f"{said}, no AVX: TensorFlow's wheels die of SIGILL (exit 132)", remedy
        )
    else:
        yield Advice("cpu", Level.FINE, f"{said}, AVX is there")


def _memory(here: Here, about: About | None) -> Iterator[Advice]:
    memory = about.info.memory if about and about.info.memory else here.memory
    if not memory:
        yield Advice("memory", Level.NOTE, "how much memory there is cannot be seen")
    elif memory < CELL_MEMORY:
        remedy = "use a larger runner, or set `limits.parallel: 1`"
        said = f"{memory / _GIB:.1f} GiB; a cell with TensorFlow wants {CELL_MEMORY // _GIB} GiB"
        yield Advice("memory", Level.WARNING, said, remedy)
    else:
        yield Advice(
            "memory", Level.FINE, f"{memory / _GIB:.1f} GiB, room for {memory // CELL_MEMORY} cells at once"
        )


def _disk(about: About | None) -> Iterator[Advice]:
    if not about:
        return
    if about.disk_free is None:
        yield Advice(
            "disk", Level.NOTE, f"free space in {about.root or 'the image store'} cannot be seen from here"
        )
        return
    said = f"{about.disk_free / 1e9:.1f} GB free in {about.root}"
    if about.disk_free < CELL_DISK:
        remedy = "remove images you no longer need, or put the engine's data-root on a larger disk"
        yield Advice(
            "disk", Level.PROBLEM, f"{said}; one TensorFlow image needs {CELL_DISK / 1e9:.1f} GB", remedy
        )
    else:
        yield Advice("disk", Level.FINE, said)


def _network(here: Here, about: About | None) -> Iterator[Advice]:
    for name, there in here.certificates:
        if not there:
            yield Advice(
                "network", Level.WARNING, f"{name} names a file that is not there", f"unset or mend {name}"
            )
    proxies = [name for name in here.proxies if name.lower() != "no_proxy"]
    if proxies and about and not about.proxy and not _remote(about):
        yield Advice(
            "network",
            Level.WARNING,
            f"{', '.join(proxies)} is set here, the engine has no proxy: its pulls go out directly",
            "give it to the engine too (`proxies` in daemon.json from Docker 23 on, else its environment)",
        )
    elif proxies or (about and about.proxy):
        where = ", ".join([*proxies, *(["the engine's own"] if about and about.proxy else [])])
        yield Advice("network", Level.FINE, f"proxies: {where}")
