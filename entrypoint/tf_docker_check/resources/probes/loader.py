"""Which file the dynamic loader takes for a library's name (glibc's order of search)."""

import glob
import os
import struct

from tf_docker_check.resources.probes.elf import Elf

CACHE = "/etc/ld.so.cache"
MAGIC = b"glibc-ld.so.cache1.1"
DEFAULT_FOLDERS = ("/lib/*-linux-gnu", "/usr/lib/*-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib")
MOST_CACHED = 20000


class Loader:
    """The search as it is in this container. Files are read once, whoever asks for them."""

    def __init__(self):
        self.environment = [one for one in os.environ.get("LD_LIBRARY_PATH", "").split(":") if one]
        self.cached = cache()
        self.defaults = [folder for pattern in DEFAULT_FOLDERS for folder in sorted(glob.glob(pattern))]
        self.files, self.by_name = {}, {}

    def file(self, path):
        """The Elf at *path* (a real path), or None where there is none that can be read."""
        if path not in self.files:
            try:
                self.files[path] = Elf(path)
            except (OSError, ValueError):
                self.files[path] = None
        return self.files[path]

    def find(self, name, asked_by):
        """Every file that would do for *name*, as real paths, the one that is loaded first."""
        if "/" in name:
            return [name] if self.file(name) else []
        own = asked_by.folders()
        folders = own + self.environment if asked_by.before_environment() else self.environment + own
        key = (name,) + tuple(folders)
        if key not in self.by_name:
            self.by_name[key] = self.look(name, folders)
        return self.by_name[key]

    def look(self, name, folders):
        ahead = [os.path.join(folder, name) for folder in folders] + self.cached.get(name, [])
        ahead += [os.path.join(folder, name) for folder in self.defaults]
        paths = []
        for path in filter(os.path.isfile, ahead):
            path = os.path.realpath(path)
            if path not in paths and self.file(path):
                paths.append(path)
        return paths


def cache():
    """{name: [path, ...]} of ldconfig's cache; empty where there is none (musl, distroless)."""
    try:
        with open(CACHE, "rb") as file:
            data = file.read(1 << 24)
        return entries(data[max(data.find(MAGIC), 0) :])
    except (OSError, struct.error):
        return {}


def entries(data):
    """What the cache *data*, from its magic word on, holds for 64-bit programs."""
    result = {}
    if not data.startswith(MAGIC):
        return result
    for index in range(min(struct.unpack_from("<I", data, 20)[0], MOST_CACHED)):
        flags, name, path = struct.unpack_from("<iII", data, 48 + 24 * index)
        if flags & 0xFF00:  # 32-bit x86 has nothing there
            result.setdefault(text(data, name), []).append(text(data, path))
    return result


def text(data, start):
    return data[start : data.find(b"\0", start)].decode("utf-8", "replace")
