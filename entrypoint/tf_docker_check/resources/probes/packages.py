"""Installed distributions, read from their metadata, and whether they fit each other.

importlib.metadata would do from Python 3.8 on, at several times the cost; this reads the same
files on every Python.
"""

import os
import re
import sys

from tf_docker_check.resources.probes.versions import marker_holds, satisfies

FAMILY = re.compile(
    r"(tensorflow|tf|keras|nvidia)(-|$)|numpy$|protobuf$|h5py$|ml-dtypes$|tensorboard|scipy$|jax"
    r"|grpcio$|wrapt$|absl-py$|flatbuffers$|setuptools$|pip$"
)
TENSORFLOWS = (
    "tensorflow tensorflow-cpu tensorflow-gpu tensorflow-intel tensorflow-rocm tensorflow-aarch64"
    " tensorflow-cpu-aws tensorflow-macos tf-nightly tf-nightly-cpu tf-nightly-gpu intel-tensorflow"
).split()
REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?$")
BROKEN_TOLD = 15
INSTALLED_TOLD = 400  # of names, in the order of the alphabet


def packages(fact):
    installed = distributions()
    fact("packages.count", len(installed))
    fact("packages.versions", {name: one[0] for name, one in installed.items() if FAMILY.match(name)})
    fact("packages.installed", {name: installed[name][0] for name in sorted(installed)[:INSTALLED_TOLD]})
    tensorflows = {name: installed[name][0] for name in TENSORFLOWS if name in installed}
    fact("tensorflow.distributions", tensorflows)
    fact("tensorflow.metadata", [installed[name][2] for name in tensorflows])
    if len(tensorflows) > 1:
        fact("tensorflow.owners", [name for name in tensorflows if owns_tensorflow(installed[name][2])])
    broken, unknown = unmet(installed)
    fact("requirements.broken", broken[:BROKEN_TOLD])
    fact("requirements.broken_count", len(broken))
    fact("requirements.unknown_count", unknown)


def distributions():
    """{normalised name: (version, requirements, metadata folder)}; the first on the path counts."""
    result = {}
    for entry in sys.path:
        try:
            inside = sorted(os.listdir(entry))
        except OSError:
            continue
        for name in inside:
            if name.endswith((".dist-info", ".egg-info")):
                add(result, os.path.join(entry, name))
    return result


def add(result, folder):
    name, version, requires = headers(folder)
    if name:
        result.setdefault(normal(name), (version, requires, folder))


def headers(folder):
    """Name, version and requirements out of a metadata folder (or egg-info file)."""
    name, version, requires = "", "", []
    for line in metadata_lines(folder):
        key, _, value = line.partition(":")
        key = key.lower()
        if not line.strip():
            break
        if key == "name":
            name = value.strip()
        elif key == "version":
            version = value.strip()
        elif key == "requires-dist":
            requires.append(value.strip())
    return name, version, requires


def metadata_lines(folder):
    for path in (os.path.join(folder, "METADATA"), os.path.join(folder, "PKG-INFO"), folder):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read(1 << 18).splitlines()
        except OSError:
            continue
    return []


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def owns_tensorflow(folder):
    """Whether this distribution says it installed the `tensorflow` package itself."""
    try:
        with open(os.path.join(folder, "RECORD"), encoding="utf-8", errors="replace") as record:
            return any(line.startswith("tensorflow/__init__.py,") for line in record)
    except OSError:
        return False


def unmet(installed):
    """(declared requirements that what is installed does not meet, how many could not be read)."""
    broken, unknown = [], 0
    for by in sorted(installed):
        for requirement in installed[by][1]:
            name, wants, present, met = judge(requirement, installed)
            if met is None:
                unknown += 1
            elif not met:
                broken.append({"by": by, "name": name, "wants": wants, "found": present})
    return broken, unknown


def judge(requirement, installed):
    """(name, specifiers, found version, met?) of one Requires-Dist line."""
    parts = REQUIREMENT.match(requirement)
    if not parts or " @ " in requirement:
        return requirement, "", "", None
    name, wants, marker = normal(parts.group(1)), parts.group(2).strip(), parts.group(3)
    applies = marker_holds(marker) if marker else True
    if not applies:
        return name, wants, "", (None if applies is None else True)
    if name not in installed:
        return name, wants, "", False
    present = installed[name][0]
    return name, wants, present, (satisfies(present, wants) if wants else True)
