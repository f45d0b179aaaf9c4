"""Whether the loader finds what the compiled files of TensorFlow and of the user's packages need.

What is found wanting on paper counts only if the package indeed cannot be imported: wheels carry
plug-ins for libraries that need not be there.
"""

import os
import re
import time

from tf_docker_check.resources.probes.compiled import compiled
from tf_docker_check.resources.probes.frame import Fail, Skip
from tf_docker_check.resources.probes.loader import Loader
from tf_docker_check.resources.probes.machine import c_library
from tf_docker_check.resources.probes.trial import trial

# The driver comes with the host, and CUDA is gpu-static's.
NOT_OURS = re.compile(r"lib(cuda|cudart|cublas|cufft|curand|cusolver|cusparse|cudnn|cupti|nv|nccl)")
TENSORFLOWS = re.compile(r"libtensorflow_(framework|cc)\.so|_pywrap_tensorflow_(internal|common)\.so")
OF_TENSORFLOW = re.compile(r"10tensorflow|3tsl|4absl|3xla|15stream_executor|TFE?_[A-Z]|TSL_[A-Z]")
SECONDS = 3.0  # for reading; a tenth of that is usual
TRIAL_SECONDS = 30.0
MOST_TOLD, MOST_TRIED = 12, 3
MUCH_TLS = 512  # bytes; about what glibc keeps in reserve for libraries opened later


def system_libraries(fact):
    if c_library()[0] != "glibc":
        raise Skip("the C library is not glibc, whose rules these are")
    files = compiled()
    examined = Examination(files)
    deadline = time.monotonic() + SECONDS
    for count, (path, inside, of) in enumerate(files):
        if time.monotonic() > deadline:
            fact("libraries.not_examined", len(files) - count)
            break
        examined.examine(path, inside, of)
    for name, facts in sorted(examined.facts().items()):
        fact("libraries." + name, facts)
    broken = broken_modules(problem["module"] for problem in examined.problems)
    fact("libraries.broken", broken)
    if broken:
        raise Fail("; ".join("%s cannot be imported: %s" % one for one in broken.items()))


class Examination:
    """What was seen so far, of the packages' compiled *files*."""

    def __init__(self, files):
        self.files = files
        self.loader = Loader()
        self.packaged = {
            os.path.basename(path): path for path, _, _ in files
        }  # packages load these themselves
        self.seen = set()
        self.problems = []
        self.copies = {}
        self.tls = []
        packaged = self.packaged.items()
        self.tensorflow = [self.loader.file(path) for name, path in packaged if TENSORFLOWS.match(name)]

    def facts(self):
        result = {"examined": len(self.seen), "copies": self.copies, "static_tls": self.tls[:MOST_TOLD]}
        for kind in ("missing", "version", "symbol"):
            result[kind] = [one for one in self.problems if one["kind"] == kind][:MOST_TOLD]
        return result

    def examine(self, path, inside, of):
        """A file of a package, and whatever it draws in."""
        ahead = [os.path.realpath(path)]
        while ahead:
            path = ahead.pop()
            elf = None if path in self.seen else self.loader.file(path)
            self.seen.add(path)
            try:
                ahead += self.look(elf, inside, of) if elf else []
            except (ValueError, IndexError, TypeError):  # damaged: not ours to judge
                continue

    def look(self, elf, inside, of):
        """The files that *elf* draws in; what is wrong with them is noted."""
        origin = {"file": inside, "of": of}
        drawn, versions = [], elf.versions_wanted()
        for name in elf.needed():
            paths = [] if NOT_OURS.match(name) else self.providers(name, elf)
            if paths:
                drawn.append(paths[0])
                self.fits(paths, versions.get(name, ()), origin)
            elif not NOT_OURS.match(name):
                self.note(origin, kind="missing", library=name)
        if elf.static_tls() > MUCH_TLS:
            self.tls.append(dict(origin, bytes=elf.static_tls()))
        if inside.partition("/")[0] != "tensorflow" and any(map(TENSORFLOWS.match, elf.needed())):
            self.binds(elf, drawn, origin)
        return drawn

    def providers(self, name, elf):
        paths = self.loader.find(name, elf)
        if len(paths) > 1:
            self.copies.setdefault(name, paths[:4])
        return paths or ([os.path.realpath(self.packaged[name])] if name in self.packaged else [])

    def fits(self, paths, wanted, origin):
        """Whether the file that is taken has the symbol versions that are *wanted* of it."""
        offered = self.offered(paths[0])
        lacking = [version for version in wanted if version not in offered] if offered else []
        if lacking:
            better = [path for path in paths[1:] if self.offered(path).issuperset(wanted)]
            self.note(
                origin,
                kind="version",
                library=paths[0],
                wants=max(lacking, key=numbers),
                better=better[0] if better else "",
            )

    def offered(self, path):
        elf = self.loader.file(path)
        return elf.versions_offered() if elf else set()

    def binds(self, elf, drawn, origin):
        """Whether this TensorFlow has the symbols that an add-on or custom op wants of it."""
        libraries = self.tensorflow + [self.loader.file(path) for path in drawn]
        for name in elf.undefined():
            if OF_TENSORFLOW.search(name) and not any(one.defines(name) for one in libraries if one):
                self.note(origin, kind="symbol", symbol=name)
                break

    def note(self, origin, **problem):
        """One problem is told once for a distribution, of the first file that has it."""
        problem["module"] = module_of(origin["file"], origin["of"], self.files)
        same = ("kind", "library", "module")
        if not any(all(one.get(key) == problem.get(key) for key in same) for one in self.problems):
            self.problems.append(dict(origin, **problem))


def broken_modules(modules):
    """{module: error} of those that the loader indeed refuses; its words always name a file."""
    suspected = []
    for name in modules:
        if name and name not in suspected:
            suspected.append(name)
    tried = [(name, trial(name, TRIAL_SECONDS)) for name in suspected[:MOST_TRIED]]
    return {name: error for name, error in tried if ".so" in error}


def module_of(inside, of, files):
    """The package that *inside* is part of, as an import names it; the module itself outside of any."""
    if ".libs/" in inside:  # where auditwheel puts what it grafts
        mates = [other for _, other, owner in files if owner == of and ".libs/" not in other]
        inside = mates[0] if mates else ""
    path = next((path for path, other, _ in files if other == inside), "")
    site = path[: -len(inside)] if inside else ""
    parts = inside.split("/")
    for depth in range(1, len(parts)):
        if os.path.isfile(os.path.join(site, *(parts[:depth] + ["__init__.py"]))):
            return ".".join(parts[:depth])
    return ".".join(parts[:-1] + [parts[-1].partition(".")[0]]) if inside else ""


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)]
