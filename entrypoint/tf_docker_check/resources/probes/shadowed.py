"""Which files the loader takes for the libraries that images most often replace, add or shadow."""

import os
import re
import sys

from tf_docker_check.resources.probes.loader import Loader

ALWAYS = ("libstdc++.so.6", "libgcc_s.so.1", "libz.so.1")
IF_THERE = re.compile(r"lib(ssl|crypto|cudart|cudnn|protobuf)\.so\.[0-9.]+$")
MOST = 40


def shadowed(fact):
    """{name: file} as for a library that Python loads; the file's own name tells its version."""
    loader = Loader()
    python = loader.file(sys.executable or "")
    if python is None:
        return
    shadows = {}
    for name in names(loader, python)[:MOST]:
        paths = loader.find(name, python)
        if paths:
            shadows[name] = paths[0]
    fact("libraries.found", shadows)


def names(loader, python):
    entries = set(loader.cached)
    for folder in loader.environment + python.folders():
        try:
            entries.update(os.listdir(folder))
        except OSError:
            continue
    return list(ALWAYS) + sorted(name for name in entries if IF_THERE.match(name))
