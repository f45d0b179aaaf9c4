"""Whether TensorFlow's files are still those that were installed.

The record of a wheel names a hash and a size for each file. Sizes are compared for all code and
libraries; hashes only for the small files that decide what an import does, because hashing a
gigabyte takes longer than all other checks together.
"""

import base64
import csv
import hashlib
import os
import sys

from tf_docker_check.resources.probes.packages import TENSORFLOWS, distributions

CODE = (".py", ".so", ".so.1", ".so.2")
HASHED = (
    "tensorflow/__init__.py",
    "tensorflow/python/__init__.py",
    "tensorflow/python/pywrap_tensorflow.py",
    "tensorflow/python/framework/load_library.py",
    "tensorflow/python/framework/versions.py",
    "tensorflow/python/platform/build_info.py",
    "tensorflow/python/platform/self_check.py",
    "tensorflow/_api/v2/v2.py",
)
MOST_TOLD = 5


def integrity(fact):
    installed = distributions()
    for name in TENSORFLOWS:
        if name in installed:
            gone, changed = compare(installed[name][2])
            if gone:
                fact("tensorflow.gone." + name, {"count": len(gone), "files": gone[:MOST_TOLD]})
            if changed:
                fact("tensorflow.changed." + name, {"count": len(changed), "files": changed[:MOST_TOLD]})
    if not any(name in installed for name in TENSORFLOWS):
        left = leftovers()
        if left:
            fact("tensorflow.leftovers", left)


def compare(folder):
    """(code that is gone, code that is not as it was installed), both in the record's order."""
    site = os.path.dirname(folder)
    gone, changed = [], []
    for inside, digest, size in rows(os.path.join(folder, "RECORD")):
        if not inside.endswith(CODE):
            continue
        path = os.path.join(site, inside)
        try:
            actual = os.stat(path).st_size
        except OSError:
            gone.append(inside)
            continue
        other = size.isdigit() and actual != int(size)
        if other or (inside in HASHED and digest and sha256(path) != digest.partition("=")[2]):
            changed.append(inside)
    return gone, changed


def rows(path):
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            for row in csv.reader(file):
                if len(row) == 3:
                    yield row
    except (OSError, csv.Error):
        return


def sha256(path):
    """As records spell it."""
    try:
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read(1 << 24)).digest()
    except OSError:
        return ""
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def leftovers():
    """A folder `tensorflow` on the path from which nothing can be imported, or empty."""
    for entry in sys.path:
        folder = os.path.join(entry, "tensorflow")
        if os.path.isdir(folder) and not os.path.isfile(os.path.join(folder, "__init__.py")):
            return folder
    return ""
