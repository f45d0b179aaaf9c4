"""The end of the script that the host sends; SETTINGS and SOURCES (JSON text) stand above it.

Valid on Python 2.7 too, so that an interpreter which is too old is told plainly.
"""

import sys

# `python3 -` puts the working directory first: a numpy.py lying there is nobody's numpy.
sys.path[:] = [entry for entry in sys.path if entry not in ("", ".")]

import json  # noqa: E402
import linecache  # noqa: E402
import os  # noqa: E402
import types  # noqa: E402

OLDEST = (3, 6)
PACKAGE = "tf_docker_check.resources.probes"


def refuse(nonce):
    version = ".".join(str(part) for part in sys.version_info[:3])
    reason = "Python %s; these checks need %d.%d or later" % ((version,) + OLDEST)
    for kind in ("start", "end"):
        frame = {"kind": kind, "rung": "interpreter", "at": 0, "status": "failed", "reason": reason}
        os.write(1, ("\x1etfdc:%s %s\n" % (nonce, json.dumps(frame))).encode("ascii"))
    return 1


def load(sources):
    """Modules out of text, in the order given; tracebacks show their lines."""
    for name, text in sources:
        filename = "<probe %s>" % name
        module = types.ModuleType("%s.%s" % (PACKAGE, name))
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
        sys.modules[module.__name__] = module
        exec(compile(text, filename, "exec"), module.__dict__)


def main():
    settings = json.loads(SETTINGS)  # noqa: F821 - stands above
    if sys.version_info < OLDEST:
        return refuse(settings["nonce"])
    load(json.loads(SOURCES))  # noqa: F821
    return sys.modules[PACKAGE + ".ladder"].climb(settings)


sys.exit(main())
