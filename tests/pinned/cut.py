"""`python -m pinned.cut [VERSION …]`: cut the pinned catalog anew from the real one.

Its releases stay those it has, with the ones named. For a table or a column that the real catalog got; read
the diff, since whatever else changed in these rows comes along.
"""

from __future__ import annotations

import json
import runpy
import shutil
import sys
from collections.abc import Sequence

from pinned import FOLDER
from tf_docker_check.resources import files

ROOT = FOLDER.parents[1]


def cut(more: Sequence[str]) -> None:
    """Write both files."""
    written = runpy.run_path(str(ROOT / "bin/refresh-releases"))["written"]
    pinned = FOLDER / "catalog/tensorflow.json"
    kept = {*more, *(row["version"] for row in json.loads(pinned.read_text())["releases"]["rows"])}
    document = json.loads((files.ROOT / "catalog/tensorflow.json").read_text())
    releases = document["releases"]["rows"]
    document["releases"]["rows"] = [release for release in releases if release["version"] in kept]
    pinned.write_text(written(document))
    shutil.copy(files.ROOT / "catalog/images.json", FOLDER / "catalog")


if __name__ == "__main__":
    cut(sys.argv[1:])
