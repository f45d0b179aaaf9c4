from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.builder.text import read_dockerfile, read_dockerignore, unreadable
from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import UserDockerfile
from tf_docker_check.model.recipe import Recipe


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder beside a file that is none of its business."""
    (tmp_path / "secret").write_text("root:x:0:0\n")
    inside = tmp_path / "ein Projekt"
    (inside / "docker").mkdir(parents=True)
    (inside / "docker/Dockerfile").write_text("FROM a AS one\nFROM one\n")
    (inside / "linked").symlink_to(tmp_path / "secret")
    (inside / "elsewhere").symlink_to(tmp_path)
    (inside / "loop").symlink_to("loop")
    (inside / "alias").symlink_to("docker/Dockerfile")
    return inside


@pytest.mark.parametrize("path", ["docker/Dockerfile", "alias", "./docker/../alias"])
def test_a_dockerfile_anywhere_in_the_project_is_read(project: Path, path: str) -> None:
    assert read_dockerfile(project, UserDockerfile(path)).startswith("FROM a")


@pytest.mark.parametrize("path", ["linked", "../secret", "elsewhere/secret", "/etc/hostname"])
def test_what_leads_out_of_the_project_is_not_read(project: Path, path: str) -> None:
    with pytest.raises(UsageError, match="leads out of the project") as caught:
        read_dockerfile(project, UserDockerfile(path))
    assert "root" not in str(caught.value)


@pytest.mark.parametrize("context", ["..", "elsewhere", "/"])
def test_a_context_outside_the_project_is_refused(project: Path, context: str) -> None:
    with pytest.raises(UsageError, match="leads out of the project"):
        read_dockerfile(project, UserDockerfile("alias", context=context))


def test_an_ignore_file_that_leads_out_is_not_read(project: Path) -> None:
    (project / "alias.dockerignore").symlink_to(project.parent / "secret")
    with pytest.raises(UsageError, match="leads out of the project"):
        read_dockerignore(project, UserDockerfile("alias"))


def test_a_loop_of_links_is_told_as_one(project: Path) -> None:
    with pytest.raises(UsageError, match="loop cannot be read: Too many levels of symbolic links"):
        read_dockerfile(project, UserDockerfile("loop"))
    with pytest.raises(UsageError, match="leads out of the project"):
        read_dockerfile(project, UserDockerfile("alias", context="loop"))


def test_an_image_from_scratch_stands_on_no_other_base(project: Path) -> None:
    (project / "flat").write_text("FROM python:3.12 AS build\nFROM scratch AS flat\nCOPY --from=build / /\n")
    flat, build = UserDockerfile("flat"), UserDockerfile("flat", target="build")
    recipes = (
        Recipe("python:3.12-slim", user=flat),
        Recipe("", user=flat, parent=Recipe("python:3.12-slim", text="FROM x")),
        Recipe("python:3.12-slim", user=build),
        Recipe("", user=flat),
    )
    (problem,) = unreadable(project, recipes)
    assert problem.startswith("flat:2: it is built `FROM scratch`")
    assert not unreadable(project, recipes[2:])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM a AS build\nFROM b\nCOPY --from=build / /\n", 3),
        ("FROM a AS build\nFROM b AS flat\nWORKDIR /\nCOPY --from=build ./ .\nFROM flat\nRUN true\n", 4),
        ("FROM a\nFROM b\nCOPY --chown=1:1 --from=0 /* /x/..\n", 3),
        ("FROM b\nCOPY --from=registry.test/a:1 / /\n", 2),
        ("FROM b AS build\nFROM b\nCOPY --from=build / /\n", 0),
        ("FROM scratch AS parts\nCOPY --from=a /x /y\nFROM b\nCOPY --from=parts / /\n", 0),
        ("FROM scratch AS flat\nCOPY --from=a / /\nFROM b\nCOPY --from=flat / /\n", 4),
        ("FROM a AS build\nFROM b\nCOPY --from=build /usr/local /usr/local\n", 0),
        ("FROM a AS build\nFROM b\nWORKDIR /rootfs\nCOPY --from=build / .\n", 0),
        ("FROM a AS build\nFROM a AS tree\nCOPY --from=build / /\nCOPY . /\nFROM b\nCOPY . /\n", 0),
    ],
)
def test_a_copy_of_a_whole_image_leaves_nothing_of_another_base(project: Path, text: str, line: int) -> None:
    (project / "flat").write_text(text)
    user = UserDockerfile("flat")
    problems = unreadable(project, (Recipe("python:3.12-slim", user=user),))
    assert [problem.split(": ")[0] for problem in problems] == [f"flat:{line}"] * bool(line)
    assert not unreadable(project, (Recipe("", user=user),))


def test_everything_that_cannot_be_built_is_told_once(project: Path) -> None:
    users = [
        UserDockerfile("alias"),
        UserDockerfile("alias", target="one"),
        UserDockerfile("alias", target="two"),
        UserDockerfile("alias", context="nowhere"),
        UserDockerfile("alias", context="nowhere"),
        UserDockerfile("none"),
    ]
    told = unreadable(project, tuple(Recipe("", user=user) for user in users))
    assert len(told) == 3
    assert "no stage 'two'" in told[0]
    assert "'nowhere' is not a folder" in told[1]
    assert "none cannot be read" in told[2]
