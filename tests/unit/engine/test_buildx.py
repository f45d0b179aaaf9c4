from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.engine.buildx import find_buildx

pytestmark = pytest.mark.outside


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tf_docker_check.engine.buildx.PLUGIN_FOLDERS", ())


VERSION = 'echo "github.com/docker/buildx v0.36.1 deadbeef"'


@pytest.mark.parametrize("place", ["bin/docker-buildx", "config/cli-plugins/docker-buildx"])
def test_it_is_found_on_path_and_among_the_plugins(tmp_path: Path, place: str) -> None:
    program(tmp_path / place, VERSION)
    found = find_buildx({"PATH": f"{tmp_path}/bin", "DOCKER_CONFIG": f"{tmp_path}/config"})
    assert found
    assert found.command == (str(tmp_path / place),)
    assert (found.version, found.local) == ("v0.36.1", True)


def test_the_docker_cli_is_asked_last(tmp_path: Path) -> None:
    program(tmp_path / "docker", f'test "$1" = buildx && {VERSION}')
    program(tmp_path / "docker-buildx", "exit 1")
    found = find_buildx({"PATH": str(tmp_path), "HOME": str(tmp_path), "BUILDX_BUILDER": "far"})
    assert found
    assert found.command == (str(tmp_path / "docker"), "buildx")
    assert not found.local


def test_none_is_none(tmp_path: Path) -> None:
    program(tmp_path / "docker", "echo \"docker: 'buildx' is not a docker command.\" >&2; exit 1")
    assert find_buildx({"PATH": str(tmp_path), "HOME": str(tmp_path)}) is None
