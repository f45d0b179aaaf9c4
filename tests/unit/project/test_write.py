from __future__ import annotations

import errno
import os
import stat

import pytest

from tf_docker_check.errors import CannotJudge, UsageError
from tf_docker_check.project.write import publish

FILES = {"results.json": b"{}\n", "junit.xml": b"<testsuites/>\n"}
root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def workspace(tmp_path):
    path = tmp_path / "workspace"
    path.mkdir()
    return path


@pytest.fixture
def outside(tmp_path):
    path = tmp_path / "outside"
    path.mkdir()
    return path


def test_files_arrive_whole_and_leave_nothing_beside_them(workspace):
    publish(workspace, "out/deep", FILES)
    publish(workspace, "out/deep", {"results.json": b"{1}"})
    found = {path.name: path.read_bytes() for path in (workspace / "out/deep").iterdir()}
    assert found == {**FILES, "results.json": b"{1}"}


@pytest.mark.parametrize("folder", ["", ".", "./", "out/./x"])
def test_places_inside(workspace, folder):
    publish(workspace, folder, FILES)
    assert (workspace / folder / "results.json").exists()


def test_a_full_path_inside_will_do(workspace):
    publish(workspace, f"{workspace}/out", FILES)
    assert (workspace / "out/results.json").exists()


@pytest.mark.parametrize("folder", ["..", "a/../../b", "/etc/x", "out/../../outside"])
def test_places_outside_are_refused(workspace, folder):
    with pytest.raises(UsageError, match="outside the workspace"):
        publish(workspace, folder, FILES)


@root
def test_everything_made_belongs_to_the_owner_of_the_workspace(workspace):
    os.chown(workspace, 1234, 5678)
    publish(workspace, "out/deep", FILES)
    made = [workspace / "out", *(workspace / "out").rglob("*")]
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(1234, 5678)}
    assert len(made) == 4


@root
def test_a_folder_that_was_there_keeps_its_owner(workspace):
    (workspace / "out").mkdir()
    os.chown(workspace, 1234, 5678)
    publish(workspace, "out", FILES)
    assert (workspace / "out").stat().st_uid == 0


@pytest.mark.parametrize("folder", ["link", "link/deep", "a/link"])
def test_a_linked_folder_is_not_entered(workspace, outside, folder):
    (workspace / "a").mkdir()
    for place in ("link", "a/link"):
        (workspace / place).symlink_to(outside, target_is_directory=True)
    with pytest.raises(UsageError, match="results cannot be written"):
        publish(workspace, folder, FILES)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_link_planted_under_a_file_s_name_is_replaced_not_followed(workspace, outside, link):
    victim = outside / "victim"
    victim.write_text("precious")
    victim.chmod(0o600)
    (workspace / "out").mkdir()
    link(victim, workspace / "out" / "results.json")
    publish(workspace, "out", FILES)
    assert victim.read_text() == "precious"
    assert stat.S_IMODE(victim.stat().st_mode) == 0o600
    assert not (workspace / "out/results.json").is_symlink()
    assert (workspace / "out/results.json").read_bytes() == FILES["results.json"]


def test_a_file_in_the_folder_s_place_is_told(workspace):
    (workspace / "out").write_text("")
    with pytest.raises(UsageError, match="Not a directory"):
        publish(workspace, "out", FILES)


def test_a_folder_that_takes_no_files_is_told(workspace, monkeypatch):
    def refuse(path, flags=os.O_CREAT, *args, **kwargs):
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, flags, *args, **kwargs)

    opened = os.open
    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(CannotJudge, match=r"results\.json cannot be written: Read-only file system"):
        publish(workspace, "out", FILES)


def test_a_folder_in_a_file_s_place_is_told_and_nothing_is_left(workspace):
    (workspace / "out/results.json").mkdir(parents=True)
    with pytest.raises(CannotJudge, match=r"results\.json cannot be written"):
        publish(workspace, "out", FILES)
    assert [path.name for path in (workspace / "out").iterdir()] == ["results.json"]


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", ".."])
def test_a_file_s_name_is_a_name(workspace, name):
    with pytest.raises(ValueError, match="no file name"):
        publish(workspace, "out", {name: b""})
