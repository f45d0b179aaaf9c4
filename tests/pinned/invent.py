"""`python -m pinned.invent COMMAND …`: run a command in a copy of this project that knows one more TensorFlow.

The copy's catalog has the release 2.99.0, with its image, as `bin/refresh-releases` would add it. With the unit
tests as the command this shows that no test depends on which release is the newest.
"""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
CATALOG = Path("entrypoint/tf_docker_check/resources/catalog")
INVENTED = "2.99.0"


def invent(folder: Path) -> None:
    """Add the release and its image to the catalog in *folder*."""
    written = runpy.run_path(str(ROOT / "bin/refresh-releases"))["written"]
    file = folder / CATALOG / "tensorflow.json"
    document = json.loads(file.read_text())
    releases = document["releases"]["rows"]
    releases.append({**_newest(releases, "version"), "version": INVENTED})
    document["as_of"] = "2099-01-01"
    file.write_text(written(document))
    file = folder / CATALOG / "images.json"
    document = json.loads(file.read_text())
    images = document["official"]["rows"]
    images.append({**_newest(images, "first"), "first": INVENTED, "last": INVENTED})
    file.write_text(json.dumps(document))


def _newest(rows: Sequence[dict[str, Any]], key: str) -> dict[str, Any]:
    return [row for row in rows if "rc" not in row[key]][-1]


def copy(folder: Path) -> None:
    """Copy what git tracks, and what it would, to *folder*."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def run(command: Sequence[str]) -> int:
    """Run *command* in such a copy; its exit code."""
    with TemporaryDirectory(prefix="invented-") as scratch:
        folder = Path(scratch)
        copy(folder)
        invent(folder)
        paths = os.pathsep.join(str(folder / name) for name in ("entrypoint", "tests"))
        known = "from tf_docker_check.resources.tensorflow import newest_final; print(newest_final().version)"
        environment = {**os.environ, "PYTHONPATH": paths}
        newest = subprocess.run(
            [sys.executable, "-c", known], env=environment, capture_output=True, text=True, check=True
        )
        if newest.stdout.strip() != INVENTED:
            raise RuntimeError(f"the copy's newest TensorFlow is {newest.stdout.strip()}, not {INVENTED}")
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
