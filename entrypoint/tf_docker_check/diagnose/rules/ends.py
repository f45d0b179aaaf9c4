"""How processes ended."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof

_SMALL_SHM = 128 * 1024 * 1024  # docker gives 64 MB unless told otherwise


def ends(case: Case) -> Iterator[Proof]:
    """Prove lack of memory, illegal instructions and small shared memory; a time limit is not a cause."""
    if case.out_of_memory:
        yield Proof("host-oom", f"the kernel killed it: out of memory{_limit(case)}")
    for signal, where in case.signals():
        text = f"{where} died of {signal}"
        if signal == "SIGILL":
            yield Proof("cpu-instruction", f"{text}; {_flags(case)}")
        elif signal == "SIGBUS":
            size = case.facts.get("limits.shm")
            small = isinstance(size, int) and size < _SMALL_SHM
            known = f"; /dev/shm has {size // 1024} KiB" if isinstance(size, int) else ""
            yield Proof("shm-too-small", text + known, sure=small)
        elif signal == "SIGKILL" and case.build:  # of a container the kernel's count is known
            yield Proof("host-oom", text, sure=False)


def _limit(case: Case) -> str:
    limit = case.facts.get("limits.memory")
    return f"; its limit is {limit >> 20} MiB" if isinstance(limit, int) else ""


def _flags(case: Case) -> str:
    if case.facts.get("cpu.avx") is False:
        return "the CPU itself says that it has no AVX"
    flags = case.facts.get("cpu.flags")
    if not isinstance(flags, list):
        return "the CPU's features are not known"
    missing = [flag for flag in ("avx", "avx2", "fma") if flag not in flags]
    return f"the CPU has no {', '.join(missing)}" if missing else "an emulator may hide what the CPU tells"
