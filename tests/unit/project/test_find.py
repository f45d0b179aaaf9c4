from __future__ import annotations

from pathlib import Path

import pytest
from lint.projects import written

from tf_docker_check.errors import UsageError
from tf_docker_check.project import find
from tf_docker_check.project.find import find_files

NAMES = {
    "dockerfiles": (
        "Dockerfile",
        "dockerfile",
        "Dockerfile.gpu",
        "Dockerfile-gpu",
        "Dockerfile_cpu",
        "gpu-Dockerfile",
        "train.Dockerfile",
        "x.dockerfile",
        "Containerfile",
        "Containerfile.dev",
        "a/b/Dockerfile",
        ".devcontainer/Dockerfile",
        ".ci/Dockerfile.tf",
    ),
    "loose": ("MyDockerfile", "DockerfileGPU", "Dockerfile2"),
    "requirements": (
        "requirements.txt",
        "requirements-dev.txt",
        "dev-requirements.txt",
        "requirements/run.txt",
    ),
    "composes": (
        "compose.yml",
        "compose.yaml",
        "docker-compose.yml",
        "docker-compose.gpu.yaml",
        "compose.prod.yml",
    ),
    "devcontainers": (".devcontainer/devcontainer.json", ".devcontainer/gpu/devcontainer.json"),
    "bakes": ("docker-bake.hcl", "docker-bake.override.json"),
    "manifests": ("values.yml", ".github/workflows/ci.yaml", ".gitlab-ci.yml"),
    "scripts": ("Makefile", "ci/build.sh", "docker.mk"),
    "readmes": ("README.md",),
    "programs": ("app.py", "Pipfile", "setup.cfg", "pyproject.toml"),
    "": (
        "Dockerfile.dockerignore",
        "Dockerfile.j2",
        "Dockerfile.md",
        "dockerfile.go",
        "dockerfile.ts",
        "Dockerfile~",
        "notes.txt",
        "node_modules/x/Dockerfile",
        ".git/Dockerfile",
        ".tox/Dockerfile",
        "env/pyvenv.cfg",
        "env/Dockerfile",
        "cache/CACHEDIR.TAG",
        "cache/x/Dockerfile",
        "c/requirements.txt",
    ),
}


def test_files_are_known_by_their_names(tmp_path: Path) -> None:
    written(tmp_path, {name: "" for names in NAMES.values() for name in names})
    listed = find_files([tmp_path], lambda _: None)
    for kind, names in NAMES.items():
        if kind:
            paths = {path.relative_to(tmp_path).as_posix() for path in getattr(listed, kind)}
            assert paths == set(names), kind
    assert list(listed.dockerfiles) == sorted(listed.dockerfiles)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("MyDockerfile", "dockerfiles"),
        ("Dockerfile.j2", "dockerfiles"),
        ("build.sh", "dockerfiles"),
        ("stack.yml", "composes"),
        ("deps.txt", "requirements"),
    ],
)
def test_what_is_named_counts_whatever_it_is_called(tmp_path: Path, name: str, kind: str) -> None:
    path = written(tmp_path, {name: ""}) / name
    assert getattr(find_files([path], lambda _: None), kind) == (path,)


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
    listed = find_files([project], lambda _: None)
    assert [path.name for path in listed.dockerfiles] == ["Dockerfile.inside", "Dockerfile"]


@pytest.mark.parametrize(
    ("limit", "most"), [("DEEPEST", 2), ("MOST_FOLDERS", 2), ("MOST_FILES", 1), ("MOST_SECONDS", -1.0)]
)
def test_a_search_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: float
) -> None:
    written(tmp_path, {"Dockerfile": "", "a/Dockerfile": "", "a/b/c/d/Dockerfile": ""})
    monkeypatch.setattr(find, limit, most)
    messages: list[str] = []
    assert len(find_files([tmp_path], messages.append).dockerfiles) < 3
    assert len(messages) == (limit != "DEEPEST")
