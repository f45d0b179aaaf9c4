"""The end of the script that the host sends; SETTINGS and SOURCES (JSON text) stand above it.

Valid on Python 2.7 too, so that an interpreter which is too old is told plainly. Until `main` only
modules that are part of the interpreter itself are imported: a resource.py along PYTHONPATH would
otherwise be taken for the standard library's.
"""

import posix
import sys

OLDEST = (3, 6)
PACKAGE = "tf_docker_check.resources.probes"
LANDMARKS = ("os", "site", "types", "encodings/__init__")  # in the folder of the standard library
FINDERS = ("_frozen_importlib", "_frozen_importlib_external")  # Python's own


def exists(path):
    try:
        posix.stat(path)
    except (OSError, ValueError):
        return False
    return True


def holds_library(folder):
    stems = ["%s/%s" % (folder, name) for name in LANDMARKS]
    return all(exists(stem + ".py") or exists(stem + ".pyc") for stem in stems)


def standard(path):
    """The entries of *path* that hold the standard library; all of *path* where none does."""
    archive = "python%d%d.zip" % sys.version_info[:2]
    folders = [
        entry for entry in path if holds_library(entry) or (entry.endswith("/" + archive) and exists(entry))
    ]
    compiled = [entry for entry in path if entry.endswith("/lib-dynload") and entry[:-12] in folders]
    return folders + compiled if folders else path


def foreign(name, module, folders):
    """Whether the top-level *module* was read from outside *folders*."""
    if module is None:  # an import that was forbidden
        return True
    place = getattr(module, "__file__", None)
    spec = getattr(module, "__spec__", None)
    if name == "__main__" or not isinstance(place, str) or getattr(spec, "origin", "") == "frozen":
        return False
    for _ in range(2 if hasattr(module, "__path__") else 1):
        place = place.rpartition("/")[0]
    return place not in folders


class Surroundings:
    """Where this process imports from, as the image has it: kept aside while our own modules are loaded."""

    def __init__(self):
        # `python3 -` puts the working directory first: a numpy.py lying there is nobody's numpy.
        self.path = [entry for entry in sys.path if entry not in ("", ".")]
        self.modules, self.finders = dict(sys.modules), list(sys.meta_path)
        self.folders = standard([entry for entry in self.path if isinstance(entry, str)])

    def leave(self):
        """See nothing but the standard library, also where a start-up file imported something else."""
        tops = {name for name, one in self.modules.items() if "." not in name and self.is_foreign(name, one)}
        for name in self.modules:
            if name.partition(".")[0] in tops:
                del sys.modules[name]
        sys.meta_path[:] = [one for one in self.finders if getattr(one, "__module__", "") in FINDERS]
        sys.path[:] = self.folders
        from importlib.machinery import PathFinder

        self.finder = PathFinder

    def is_foreign(self, name, module):
        return foreign(name, module, self.folders)

    def restore(self):
        """What the user's program would see.

        Where something shadows a module of the standard library, all that we loaded is forgotten,
        so that TensorFlow meets the shadow. Elsewhere a second copy of each would only cost time.
        """
        sys.path[:], sys.meta_path[:] = self.path, self.finders
        ours = [name for name in sys.modules if sys.modules[name] is not self.modules.get(name)]
        if self.is_shadowed(ours):
            for name in ours:
                if not name.startswith(PACKAGE):
                    del sys.modules[name]
        sys.modules.update(self.modules)

    def is_shadowed(self, names):
        """Whether an import of any of the modules *names* would now give another one."""
        first = min([self.path.index(entry) for entry in self.folders] or [0])
        for name in names:
            origin = getattr(getattr(sys.modules[name], "__spec__", None), "origin", None)
            if "." in name or origin in (None, "built-in", "frozen"):
                continue
            spec = self.finder.find_spec(name, self.path[:first])
            if name in self.modules or (spec is not None and spec.loader is not None):
                return True
        return False


def report_failure(nonce, status, reason):
    """End the first rung, by means that need no module."""
    words = "".join(one if " " <= one <= "~" and one not in '"\\' else "?" for one in reason[:500])
    for kind in ("start", "end"):
        frame = '{"kind": "%s", "rung": "interpreter", "at": 0, "status": "%s", "reason": "%s"}'
        posix.write(1, ("\x1etfdc:%s %s\n" % (nonce, frame % (kind, status, words))).encode("ascii"))


def load(sources):
    """Modules out of text, in the order given; tracebacks show their lines."""
    import linecache
    import types

    for name, text in sources:
        filename = "<probe %s>" % name
        module = types.ModuleType("%s.%s" % (PACKAGE, name))
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
        sys.modules[module.__name__] = module
        exec(compile(text, filename, "exec"), module.__dict__)


def prepare(surroundings):
    """The settings, once all our modules are loaded from the standard library alone."""
    surroundings.leave()
    try:
        import json

        load(json.loads(SOURCES))  # noqa: F821
        return json.loads(SETTINGS)  # noqa: F821 - stands above
    finally:
        surroundings.restore()


def main():
    nonce = SETTINGS.partition('"nonce": "')[2].partition('"')[0]  # noqa: F821
    if sys.version_info < OLDEST:
        version = ".".join(str(part) for part in sys.version_info[:3])
        words = "Python %s; these checks need %d.%d or later"
        report_failure(nonce, "failed", words % ((version,) + OLDEST))
        return 1
    try:
        settings = prepare(Surroundings())
    except ImportError as error:
        report_failure(nonce, "failed", "its standard library is not whole: %s" % error)
        raise
    except Exception as error:
        report_failure(nonce, "errored", "a bug of tf-docker-check: %s: %s" % (type(error).__name__, error))
        raise
    return sys.modules[PACKAGE + ".ladder"].climb(settings)


sys.exit(main())
