from __future__ import annotations

import os
from pathlib import Path

import pytest

from lint.projects import written
from tf_docker_check.errors import UsageError
from tf_docker_check.lint.files import MOST_BYTES, Files, Unreadable, display_path, find_files

NAMES = {
    "dockerfile": (
        "Dockerfile",
        "dockerfile",
        "Dockerfile.gpu",
        "train.Dockerfile",
        "x.dockerfile",
        "Containerfile",
        "Containerfile.dev",
        "a/b/Dockerfile",
    ),
    "requirements": (
        "requirements.txt",
        "requirements-dev.txt",
        "dev-requirements.txt",
        "requirements/run.txt",
    ),
    "compose": (
        "compose.yml",
        "compose.yaml",
        "docker-compose.yml",
        "docker-compose.gpu.yaml",
        "compose.prod.yml",
    ),
    "": (
        "Dockerfile.dockerignore",
        "Dockerfile.j2",
        "Dockerfile.md",
        "MyDockerfile",
        "notes.txt",
        "values.yml",
        ".hidden/Dockerfile",
        "node_modules/x/Dockerfile",
        "c/requirements.txt",
    ),
}


def paths(folder: Path, found: tuple[Path, ...]) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in found}


def test_files_are_known_by_their_names(tmp_path: Path) -> None:
    written(tmp_path, {name: "" for names in NAMES.values() for name in names})
    found = find_files([tmp_path], lambda _: None)
    assert paths(tmp_path, found.dockerfiles) == set(NAMES["dockerfile"])
    assert paths(tmp_path, found.requirements) == set(NAMES["requirements"])
    assert paths(tmp_path, found.composes) == set(NAMES["compose"])
    assert list(found.dockerfiles) == sorted(found.dockerfiles)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("MyDockerfile", "dockerfiles"),
        ("Dockerfile.j2", "dockerfiles"),
        ("stack.yml", "composes"),
        ("deps.txt", "requirements"),
    ],
)
def test_what_is_named_counts_whatever_it_is_called(tmp_path: Path, name: str, kind: str) -> None:
    path = written(tmp_path, {name: ""}) / name
    found = find_files([path], lambda _: None)
    assert getattr(found, kind) == (path,)
    assert len(found) == 1


def test_a_path_that_is_not_there_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or directory"):
        find_files([tmp_path / "gone"], lambda _: None)


def test_links_are_followed_inside_the_project_only(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside", {"Dockerfile": "FROM scratch\n"})
    project = written(tmp_path / "project", {"real/Dockerfile": "FROM scratch\n"})
    (project / "Dockerfile.inside").symlink_to(project / "real/Dockerfile")
    (project / "Dockerfile.outside").symlink_to(outside / "Dockerfile")
    (project / "Dockerfile.circle").symlink_to(project / "Dockerfile.circle")
    (project / "folder").symlink_to(outside)
    found = find_files([project], lambda _: None)
    assert paths(project, found.dockerfiles) == {"real/Dockerfile", "Dockerfile.inside"}
    with pytest.raises(Unreadable, match="leads out of the project"):
        Files((project,)).read(project / "Dockerfile.outside")


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
