"""What the container lets a process do: threads, system calls, shared memory; and what the CPU is.

All of it is tried in a child process, because the answer may be a signal.
"""

import ctypes
import errno
import mmap
import os
import resource

from tf_docker_check.resources.probes.child import in_child

SHARED = 1 << 20  # bytes
MOST_THREADS = 64
SECONDS = 10.0
# System calls that C libraries and TensorFlow make, called so that they can only fail.
CALLS = {
    "x86_64": {"clone3": 435, "faccessat2": 439, "statx": 332, "membarrier": 324, "memfd_create": 319},
    "aarch64": {"clone3": 435, "faccessat2": 439, "statx": 291, "membarrier": 283, "memfd_create": 279},
}
# push rbx; mov eax, 1; xor ecx, ecx; cpuid; mov eax, ecx; pop rbx; ret
CPUID = b"\x53\xb8\x01\x00\x00\x00\x31\xc9\x0f\xa2\x89\xc8\x5b\xc3"
AVX = 1 << 28 | 1 << 27  # the instructions, and that the system keeps their registers


def sandbox(fact):
    """Facts only: whether what is refused matters, TensorFlow will show."""
    wanted = min(MOST_THREADS, 2 * processors() + 4)
    started, code = threads(wanted)
    fact("threads.wanted", wanted)
    fact("threads.started", started)
    if code:
        fact("threads.error", errno.errorcode.get(code, str(code)))
    fact("syscalls.refused", refused_calls())
    fact("shm.error", attempt(lambda say: write_shared(say))[0] or "")
    fact("limits.processes", soft_limit())
    avx = attempt(lambda say: say(str(int(has_avx()))))[0] if os.uname().machine == "x86_64" else ""
    if avx in ("0", "1"):
        fact("cpu.avx", avx == "1")


def attempt(work):
    try:
        return in_child(work, SECONDS)
    except OSError:
        return "", 0


def processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads(wanted):
    """(how many of the *wanted* threads can run at once, the error number that stops the next, or 0)."""
    try:
        text = in_child(lambda say: start(wanted, say), SECONDS)[0] or ""
    except OSError as error:
        return 0, error.errno
    started, _, code = text.partition(" ")
    return (int(started), int(code)) if started.isdigit() and code.isdigit() else (0, 0)


def start(wanted, say):
    """Start threads that only wait, through the C library: Python would hide the error's number."""
    library = ctypes.CDLL(None)
    create, pause = library.pthread_create, ctypes.cast(library.pause, ctypes.c_void_p)
    code, count = 0, 0
    while count < wanted and not code:
        code = create(ctypes.byref(ctypes.c_ulong()), None, pause, None)
        count += not code
    say("%d %d" % (count, code))


def refused_calls():
    """The system calls that are answered with EPERM, or with a signal."""
    text, number = attempt(lambda say: call(CALLS.get(os.uname().machine, {}), say))
    words = (text or "").split()
    refused = [words[place] for place in range(0, len(words) - 1, 2) if words[place + 1] == str(errno.EPERM)]
    return refused + words[-1:] if number else refused


def call(numbers, say):
    library = ctypes.CDLL(None, use_errno=True)
    for name, number in sorted(numbers.items()):
        say(name + " ")  # first, so that it is known if it is the last word
        ctypes.set_errno(0)
        library.syscall(number, 0, None, 0, 0, None)
        say("%d " % ctypes.get_errno())


def write_shared(say):
    """Why nothing can be kept in shared memory; no word where it can."""
    path = "/dev/shm/.tf-docker-check-%d" % os.getpid()
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.unlink(path)
        os.posix_fallocate(file, 0, SHARED)
    except OSError as error:
        say(os.strerror(error.errno))


def soft_limit():
    """How many processes and threads this user may have, or None where there is no limit."""
    try:
        limit = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    except (OSError, ValueError):
        return None
    return limit if 0 <= limit < 1 << 31 else None


def has_avx():
    """Asked of the CPU itself: what an emulator runs on is not what it emulates."""
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CPUID)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_uint32)(address)() & AVX == AVX
