"""Which file a shared library of this process was loaded from."""


def loaded_from(prefix):
    """The path of the first mapped file whose name starts with *prefix*, or empty."""
    try:
        with open("/proc/self/maps", errors="replace") as maps:
            for line in maps:
                path = line.partition("/")
                if path[1] and path[2].rpartition("/")[2].startswith(prefix):
                    return "/" + path[2].strip()
    except OSError:
        pass
    return ""
