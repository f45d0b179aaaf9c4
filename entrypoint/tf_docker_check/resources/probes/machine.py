"""System, C library, processor, limits and user, as seen from inside the container."""

import os
import tempfile

FLAGS = set(
    "ssse3 sse4_1 sse4_2 avx avx2 fma f16c bmi1 bmi2 avx512f avx512bw avx512vl avx512_vnni"
    " avx512_bf16 amx_tile asimd sve".split()
)
UNLIMITED = 1 << 60  # control groups v1 write "no limit" as a huge number


def machine(fact):
    system(fact)
    processor(fact)
    limits(fact)
    user(fact)


def system(fact):
    release = os_release()
    fact("os.id", release.get("ID", ""))
    fact("os.version", release.get("VERSION_ID", ""))
    fact("os.name", release.get("PRETTY_NAME", ""))
    fact("kernel.release", os.uname().release)
    kind, version = c_library()
    fact("libc.kind", kind)
    fact("libc.version", version)


def os_release():
    pairs = (line.partition("=") for line in read("/etc/os-release").splitlines())
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def c_library():
    """The kind of C library this Python was built for, and the version that is there."""
    try:
        kind, _, version = os.confstr("CS_GNU_LIBC_VERSION").partition(" ")
        return kind, version
    except (AttributeError, OSError, ValueError):
        musl = [name for name in names("/lib") if name.startswith("ld-musl-")]
        return ("musl" if musl else "unknown"), ""


def processor(fact):
    info = {}
    for line in read("/proc/cpuinfo").splitlines():
        key, _, value = line.partition(":")
        info.setdefault(key.strip(), value.strip())
    flags = set((info.get("flags") or info.get("Features") or "").split())
    fact("cpu.architecture", os.uname().machine)
    fact("cpu.model", info.get("model name", ""))
    fact("cpu.flags", sorted(flags & FLAGS))
    fact("cpu.count", len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())


def limits(fact):
    fact("limits.memory", limit("memory.max", "memory/memory.limit_in_bytes"))
    fact("limits.pids", limit("pids.max", "pids/pids.max"))
    fact("limits.shm", shm_size())


def limit(*files):
    """A limit of our control group (version 2 or 1), or None where there is none or none to see."""
    for name in files:
        text = read("/sys/fs/cgroup/" + name).strip()
        if text.isdigit():
            return int(text) if int(text) < UNLIMITED else None
    return None


def shm_size():
    """Bytes of /dev/shm, or None where there is none."""
    try:
        size = os.statvfs("/dev/shm")
    except OSError:
        return None
    return size.f_frsize * size.f_blocks


def user(fact):
    home = os.path.expanduser("~")
    fact("user.uid", os.getuid())
    fact("user.gid", os.getgid())
    fact("user.home", home)
    fact("user.home_writable", os.access(home, os.W_OK))
    try:
        fact("user.tmp", tempfile.gettempdir())
    except OSError:
        fact("user.tmp", None)


def read(path):
    try:
        with open(path, errors="replace") as file:
            return file.read(1 << 20)
    except OSError:
        return ""


def names(path):
    try:
        return os.listdir(path)
    except OSError:
        return []
