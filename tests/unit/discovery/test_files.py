from __future__ import annotations

import os
from pathlib import Path

import pytest
from lint.projects import written

from tf_docker_check.discovery.files import MOST_BYTES, Files, display_path
from tf_docker_check.project.read import Unreadable


def test_a_link_that_leads_out_is_not_read(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside", {"Dockerfile": "FROM scratch\n"})
    project = written(tmp_path / "project", {})
    project.mkdir()
    (project / "Dockerfile").symlink_to(outside / "Dockerfile")
    files = Files((project,))
    assert not files.is_file(project / "Dockerfile")
    with pytest.raises(Unreadable, match="leads out of the project"):
        files.read(project / "Dockerfile")


def test_what_cannot_be_read_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Dockerfile")
    (tmp_path / "Dockerfile.large").write_bytes(b"#" * (MOST_BYTES + 1))
    (tmp_path / "Dockerfile.latin").write_bytes(b"FROM scratch\n# \xe9\n")
    files = Files((tmp_path,))
    for name, why in (
        ("Dockerfile", "is a FIFO"),
        ("Dockerfile.large", "larger"),
        ("Dockerfile.latin", ":2:1: "),
    ):
        with pytest.raises(Unreadable, match=why):
            files.read(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("requirements.txt", "docker/requirements.txt"),
        ("./requirements.txt", "docker/requirements.txt"),
        ("app/requirements.txt", "app/requirements.txt"),
        ("top.txt", "top.txt"),
        ("../top.txt", "top.txt"),
        ("../../secret.txt", ""),
        ("/etc/hostname", ""),
        ("$FILE", ""),
        ("https://example.com/r.txt", ""),
        ("a\0b", ""),
        ("", ""),
    ],
)
def test_files_of_the_build_context_are_found_in_the_project_only(
    tmp_path: Path, name: str, found: str
) -> None:
    project = written(
        tmp_path / "project",
        {"docker/requirements.txt": "", "app/requirements.txt": "", "top.txt": "", "../secret.txt": ""},
    )
    source = Files((project,)).near(project / "docker")(name)
    assert (source.path.relative_to(project).as_posix() if source else "") == found


def test_names_are_relative_to_where_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert display_path(tmp_path / "a/Dockerfile") == "a/Dockerfile"
    assert display_path(Path("a/Dockerfile")) == "a/Dockerfile"
    assert display_path(Path("/elsewhere/Dockerfile")) == "/elsewhere/Dockerfile"
