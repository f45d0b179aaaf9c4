from __future__ import annotations

from pathlib import Path

from runner.file_commands import pairs
from tf_docker_check.gha.state import Begun, load_state, save


def test_the_post_step_reads_what_the_step_saved(tmp_path: Path) -> None:
    path = tmp_path / "state"
    save({"GITHUB_STATE": str(path)}, "17-1-abcd", ["", "ssh://gpu"])
    handed = {f"STATE_{name}": value for name, value in pairs(path.read_text())}
    assert load_state(handed) == Begun("17-1-abcd", ("", "ssh://gpu"))


def test_without_a_runner_nothing_is_saved_and_nothing_read() -> None:
    save({}, "17-1-abcd", [""])
    assert load_state({"STATE_hosts": ""}) is None
