"""Which file a shared library of this process was loaded from."""

import os
import re

TENSORFLOWS = re.compile(r"libtensorflow_(framework|cc)\.so|_pywrap_tensorflow_(internal|common)\.so")


def tensorflow_libraries():
    """[path, bytes] of each compiled library of TensorFlow that this process has mapped; 0: not to be asked."""
    paths = [path for path in mapped() if TENSORFLOWS.match(path.rpartition("/")[2])]
    return [[path, size_of(path)] for path in sorted(set(paths))]


def is_in_chroot(mountinfo="/proc/self/mountinfo"):
    """Whether this process runs in a chroot: its root is no mount point, or has no /proc."""
    try:
        with open(mountinfo, "rb") as mounts:
            return not any(line.split()[4:5] == [b"/"] for line in mounts)
    except OSError:
        return not os.path.isdir("/proc/self")


def size_of(path):
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0


def loaded_from(prefix):
    """The path of the first mapped file whose name starts with *prefix*, or empty."""
    return next((path for path in mapped() if path.rpartition("/")[2].startswith(prefix)), "")


def mapped():
    """The paths of the files that this process has mapped, again for each mapping."""
    try:
        with open("/proc/self/maps", "rb") as maps:
            paths = [os.fsdecode(line.rstrip(b"\n")).partition("/") for line in maps]
    except OSError:
        return []
    return ["/" + path for _, is_path, path in paths if is_path]
