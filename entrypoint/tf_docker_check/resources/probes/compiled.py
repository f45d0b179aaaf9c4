"""Which compiled files the installed Python packages have, TensorFlow's own first."""

import os
import re
import sys

from tf_docker_check.resources.probes.packages import TENSORFLOWS, distributions

RECORDED = re.compile(r"^\"?([^,\"\n]+\.so(?:\.[0-9.]+)?)\"?,", re.MULTILINE)
LIBRARY = re.compile(r"\.so(\.[0-9.]+)?$")
FIRST = ("tensorflow", "numpy", "ml_dtypes", "h5py", "google", "grpc", "wrapt", "optree")
CUDA = ("nvidia", "tensorrt", "tensorrt_libs", "triton")  # what gpu-static is there for
MOST_FOLDERS = 3000


def compiled():
    """[(path, path as Python knows it, distribution or empty)], what TensorFlow needs first."""
    files, owned = recorded(distributions())
    known = {path for path, _, _ in files}
    files += [one for one in unowned(owned) if one[0] not in known]
    return sorted(files, key=lambda one: (place(one[1]), one[1]))


def place(inside):
    top = inside.partition("/")[0].partition(".")[0]
    return FIRST.index(top) if top in FIRST else len(FIRST)


def recorded(installed):
    """What the distributions' own records name, and {folder: the top-level names they account for}."""
    files, owned = [], {}
    for name, (_, _, folder) in sorted(installed.items(), key=lambda one: one[0] not in TENSORFLOWS):
        site = os.path.dirname(folder)
        text = record(folder)
        tops = owned.setdefault(site, set())
        tops.update(re.findall(r"^\"?([^/,\"\n]+)/", text, re.MULTILINE))
        for inside in RECORDED.findall(text):
            path = os.path.join(site, inside)
            if inside.partition("/")[0] not in CUDA and os.path.isfile(path):
                files.append((path, inside, name))
    return files, owned


def record(folder):
    try:
        with open(os.path.join(folder, "RECORD"), encoding="utf-8", errors="replace") as file:
            return file.read(1 << 24)
    except OSError:
        return ""


def unowned(owned):
    """What lies beside the recorded packages: the user's own builds, the distribution's packages."""
    files, left = [], MOST_FOLDERS
    for site in [entry for entry in sys.path if entry.endswith("-packages")]:
        for top in sorted(names(site)):
            if top in CUDA or top in owned.get(site, ()) or top.endswith((".dist-info", ".egg-info")):
                continue
            if LIBRARY.search(top):
                files.append((os.path.join(site, top), top, ""))
            for folder, _, inside in os.walk(os.path.join(site, top)):
                left -= 1
                if left < 0:
                    return files
                for name in inside:
                    if LIBRARY.search(name):
                        path = os.path.join(folder, name)
                        files.append((path, os.path.relpath(path, site), ""))
    return files


def names(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []
