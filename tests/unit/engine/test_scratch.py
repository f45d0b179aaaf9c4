from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tf_docker_check.engine import scratch
from tf_docker_check.engine.owner import this_process


def test_only_folders_of_processes_that_have_ended_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    us = this_process()
    ended = replace(us, start=us.start - 1)
    abandoned = tmp_path / f"tf-docker-check-{ended}-ab_c"
    (abandoned / "empty").mkdir(parents=True)
    kept = [f"tf-docker-check-{replace(us, boot='0')}-x", f"other-{ended}-x", f"tf-docker-check-{ended}"]
    for name in kept:
        (tmp_path / name).mkdir()
    (tmp_path / f"tf-docker-check-{ended}-file").write_text("kept")
    (tmp_path / f"tf-docker-check-{ended}-link").symlink_to(tmp_path / kept[0])
    with scratch.scratch_folder() as folder:
        assert scratch.abandoned_folders() == (abandoned,)
        assert scratch.remove_abandoned_folders() == 1
        assert folder.is_dir()
    left = [*kept, f"tf-docker-check-{ended}-file", f"tf-docker-check-{ended}-link"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(left)


def test_a_folder_for_temporary_files_that_is_gone_has_none(tmp_path: Path) -> None:
    assert scratch.abandoned_folders(tmp_path / "gone") == ()
