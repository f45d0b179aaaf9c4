from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

TESTS = Path(__file__).parents[2]


@pytest.mark.outside
@pytest.mark.parametrize(("path", "code"), [("/issues/1/comments", 0), ("/stargazers", 1)])
def test_a_state_is_read_from_a_file_and_written_back(tmp_path: Path, path: str, code: int) -> None:
    state = tmp_path / "state.json"
    issue = {"number": 1, "pull": {"head_sha": "c" * 40, "head_branch": "topic"}}
    state.write_text(json.dumps({"repositories": {"me/x": {"name": "me/x", "issues": {"1": issue}}}}))
    command = [sys.executable, "-m", "fakegithub", "--state", str(state), "--run", "5"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        told = dict(process.stdout.readline().strip().split("=", 1) for _ in range(3))
        url = f"{told['GITHUB_API_URL']}/repos/me/x{path}"
        requests.post(url, json={"body": "hi"}, headers={"authorization": "Bearer token"}, timeout=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == code
    kept = json.loads(state.read_text())["repositories"]["me/x"]
    assert [one["body"] for one in kept["comments"].values()] == ["hi"] * (code == 0)
    assert list(kept["runs"]) == ["5"]
    assert told["ACTIONS_RUNTIME_TOKEN"].count(".") == 2
