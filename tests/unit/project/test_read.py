"""Files that strangers write or name: regular, bounded, inside; each trouble is one sentence."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tf_docker_check.cli.main import run
from tf_docker_check.config.load import load_config
from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Config, Secret, Strategy, UserDockerfile
from tf_docker_check.nightly.previous import load_from_folders
from tf_docker_check.pipeline.results_dir import load as load_results
from tf_docker_check.pipeline.secrets import secret_values
from tf_docker_check.plan.reading import read_text as read_requirement
from tf_docker_check.project.read import Absent, Unreadable, is_inside, read_bytes, read_text


@pytest.mark.parametrize(
    ("bytes_", "text"),
    [
        (b"tensorflow\n", "tensorflow\n"),
        (codecs.BOM_UTF8 + b"tensorflow\n", "tensorflow\n"),
        (codecs.BOM_UTF16_LE + "täf\n".encode("utf-16-le"), "täf\n"),
        (codecs.BOM_UTF16_BE + "täf\n".encode("utf-16-be"), "täf\n"),
    ],
)
def test_text_is_read_as_it_was_saved(tmp_path: Path, bytes_: bytes, text: str) -> None:
    (tmp_path / "f").write_bytes(bytes_)
    assert read_text(tmp_path / "f", 100, within=[tmp_path]) == text


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("none", "none cannot be read: No such file"),
        ("file/below", "cannot be read: Not a directory"),
        ("loop", "cannot be read: Too many levels"),
        ("n" * 300, "cannot be read: File name too long"),
        ("a\0b", "there is a NUL in its name"),
        ("folder", "is a folder, not"),
        ("fifo", "is a FIFO, not"),
        ("zero", "leads out of the project"),
        ("out", "leads out of the project"),
        ("../secret", "leads out of the project"),
        ("folder/../../secret", "leads out of the project"),
        ("large", "is larger than 100 bytes"),
        ("latin", "latin:2:1: this is not UTF-8"),
        ("half", "half:1:1: this is not UTF-8"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(tmp_path: Path, name: str, why: str) -> None:
    project = tmp_path / "project"
    (project / "folder").mkdir(parents=True)
    (tmp_path / "secret").write_text("s3cret")
    (project / "file").touch()
    os.mkfifo(project / "fifo")
    for link, target in (("loop", "loop"), ("zero", "/dev/zero"), ("out", "../secret")):
        (project / link).symlink_to(target)
    (project / "large").write_bytes(b"x" * 101)
    (project / "latin").write_bytes(b"a\n\xe9\n")
    (project / "half").write_bytes(codecs.BOM_UTF16_LE + b"a")
    with pytest.raises(Unreadable) as caught:
        read_text(project / name, 100, within=[project])
    assert why in caught.value.what
    assert "\n" not in caught.value.what
    assert isinstance(caught.value, Absent) == (name in {"none", "file/below"})


def test_a_device_is_refused_also_where_links_may_lead_anywhere() -> None:
    with pytest.raises(Unreadable, match="/dev/zero is a device, not a regular file"):
        read_bytes(Path("/dev/zero"), 100)


def test_builders_read_no_utf_16(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n", encoding="utf-16")
    with pytest.raises(Unreadable, match="UTF-16"):
        read_text(tmp_path / "Dockerfile", 100, utf16=False)


def test_a_loop_of_links_is_inside_of_nothing(tmp_path: Path) -> None:
    for name, target in (("loop", "loop"), ("up", ".."), ("down", "sub")):
        (tmp_path / name).symlink_to(target)
    told = {name: is_inside(tmp_path / name, tmp_path) for name in ("loop", "up", "down", "n" * 300, "a\0")}
    assert told == {"loop": False, "up": False, "down": True, "n" * 300: False, "a\0": False}


def _of_build_secret(path: Path) -> None:
    user = UserDockerfile("D", secrets=(Secret("a", file=path.name),))
    assert secret_values(Config((Strategy("a", dockerfile=user),)), path.parent, {}) == frozenset()
    raise UsageError("told by the build")


def _of_requirements(path: Path) -> None:
    notes: list[str] = []
    read_requirement(path.parent, path.name, notes.append)
    raise UsageError(notes[0])


def _of_past(path: Path) -> None:
    raise UsageError(load_from_folders([path.parent]).notes[0])


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("c.yml", lambda path: load_config(path.parent, path.name)),
        ("base.json", lambda path: load_results(path, [path.parent])),
        ("key", _of_build_secret),
        ("requirements.txt", _of_requirements),
        ("history.jsonl", _of_past),
    ],
)
@pytest.mark.timeout(20)
def test_nobody_waits_for_a_fifo(tmp_path: Path, name: str, reader: Callable[[Path], object]) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(UsageError):
        reader(tmp_path / name)


@pytest.mark.timeout(20)
def test_verbs_say_what_is_no_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("f.json")
    Path("folder").mkdir()
    Path("a.json").write_text('{"cells": []}')
    for words, why in (
        (["report", "f.json"], "f.json is a FIFO"),
        (["report", "folder"], "folder is a folder"),
        (["report", "/dev/zero"], "is a device"),
        (["plan", "--config", "f.json"], "f.json is a FIFO"),
        (["inspect", "f.json"], "f.json is a FIFO"),
        (["drift", "a.json", "folder"], "only a.json is a results document"),
        (["drift", "a.json", "f.json"], "only a.json is a results document"),
        (["drift", "./folder", "./folder"], "folder is a folder"),
    ):
        assert run(words) == 2
        assert why in capsys.readouterr().err


def test_a_configuration_that_is_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "shared.yml").write_text("s3cret: [\n")
    (tmp_path / "project/c.yml").symlink_to("../shared.yml")
    with pytest.raises(UsageError, match=r"c\.yml leads out of the project") as caught:
        load_config(tmp_path / "project", "c.yml")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(UsageError, match="invalid YAML"):  # whoever names it so means it
        load_config(tmp_path / "project", "../shared.yml")
