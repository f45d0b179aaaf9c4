"""Turn the facts about a machine and its engine into advice. Problems of the engine come first."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.doctor import engine, gpu, leftovers
from tf_docker_check.doctor.advice import Advice, Level
from tf_docker_check.engine.about import About
from tf_docker_check.errors import EngineError
from tf_docker_check.host.capacity import CELL_DISK, CELL_MEMORY
from tf_docker_check.host.detect import HostFacts

_GIB = 1024**3


def judge(host: HostFacts, engine_state: About | EngineError, today: str) -> tuple[Advice, ...]:
    """Return all advice; *today* as ``2026-11-22``."""
    about = engine_state if isinstance(engine_state, About) else None
    advice: list[Advice] = []
    if about:
        advice += engine.advice(about, today)
    else:
        assert isinstance(engine_state, EngineError)
        advice.append(
            Advice("engine", Level.PROBLEM, f"{engine_state.what}: {engine_state.why}", engine_state.remedy)
        )
    advice += _cpu(host, about)
    advice += _memory(host, about)
    advice += _disk(about)
    advice += leftovers.advice(about.runs if about else (), host.abandoned)
    advice += gpu.advice(host, about)
    advice += _network(host, about)
    return tuple(advice)


def _remote(about: About | None) -> bool:
    return about is not None and not about.info.host.startswith("unix://")


def _cpu(host: HostFacts, about: About | None) -> Iterator[Advice]:
    machine = about.info.architecture if about and about.info.architecture else host.architecture
    kernel = about.info.kernel if about and about.info.kernel else host.kernel
    summary = f"{machine}, {about.info.cpus if about else host.cpus} CPUs, kernel {kernel}"
    if machine in ("aarch64", "arm64"):
        remedy = (
            "TensorFlow has aarch64 wheels from 2.10 on, none with GPU; older images need an x86_64 runner"
        )
        yield Advice("cpu", Level.NOTE, summary, remedy)
    elif machine not in ("x86_64", "amd64"):
        yield Advice(
            "cpu", Level.WARNING, summary, "use an x86_64 or aarch64 runner: TensorFlow has no other wheels"
        )
    elif _remote(about) or not host.flags:
        yield Advice("cpu", Level.NOTE, f"{summary}; its instructions cannot be seen from here")
    elif "avx" not in host.flags:
        remedy = "pass the host's CPU model through to the virtual machine, or use another runner"
        yield Advice(
            "cpu", Level.WARNING, f"{summary}, no AVX: TensorFlow's wheels die of SIGILL (exit 132)", remedy
        )
    else:
        yield Advice("cpu", Level.FINE, f"{summary}, AVX is there")


def _memory(host: HostFacts, about: About | None) -> Iterator[Advice]:
    memory = about.info.memory if about and about.info.memory else host.memory
    if not memory:
        yield Advice("memory", Level.NOTE, "how much memory there is cannot be seen")
    elif memory < CELL_MEMORY:
        remedy = "use a larger runner, or set `limits.parallel: 1`"
        finding = f"{memory / _GIB:.1f} GiB; a cell with TensorFlow needs {CELL_MEMORY // _GIB} GiB"
        yield Advice("memory", Level.WARNING, finding, remedy)
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
    finding = f"{about.disk_free / 1e9:.1f} GB free in {about.root}"
    if about.disk_free < CELL_DISK:
        remedy = "remove images you no longer need, or put the engine's data-root on a larger disk"
        yield Advice(
            "disk", Level.PROBLEM, f"{finding}; one TensorFlow image needs {CELL_DISK / 1e9:.1f} GB", remedy
        )
    else:
        yield Advice("disk", Level.FINE, finding)


def _network(host: HostFacts, about: About | None) -> Iterator[Advice]:
    for name, exists in host.certificates:
        if not exists:
            yield Advice(
                "network", Level.WARNING, f"{name} names a file that is not there", f"unset or correct {name}"
            )
    proxies = [name for name in host.proxies if name.lower() != "no_proxy"]
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
