"""The lab starts an engine over what a killed one left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NEEDED = ("dockerd", "unshare", "ip")

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        os.geteuid() != 0 or not all(map(shutil.which, NEEDED)),
        reason=f"needs root and {', '.join(NEEDED)}",
    ),
]


@pytest.mark.parametrize("what", ["kill", "reuse-numbers", "half-write"])
def test_an_engine_that_was_killed_is_started_again(tmp_path: Path, what: str) -> None:
    (tmp_path / "data").mkdir()
    command = [HERE / "isolated.sh", tmp_path / "data", sys.executable, HERE / "scenario.py", what]
    hidden = {"DOCKER_HOST", "DOCKER_CONTEXT"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | {
        "TF_DOCKER_CHECK_LAB": str(tmp_path / "cache"),
        "PYTHONPATH": str(HERE.parent),
    }
    done = subprocess.run(
        list(map(str, command)), env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "unix:///var/run/docker.sock"
