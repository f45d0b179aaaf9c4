from __future__ import annotations

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.gha.docker_config import MAX_BYTES, take_over


@pytest.fixture
def places(tmp_path):
    for name in ("workspace", "temp", "home", "elsewhere"):
        (tmp_path / name).mkdir()
    return tmp_path


def taken(places, given):
    environment = {"GITHUB_WORKSPACE": str(places / "workspace"), "RUNNER_TEMP": str(places / "temp")}
    take_over(given, environment, places / "home")
    return (places / "home/config.json").read_text()


@pytest.mark.parametrize("folder", ["workspace/docker", "temp/docker"])
def test_logins_are_copied_for_nobody_else_to_read(places, folder):
    (places / folder).mkdir()
    (places / folder / "config.json").write_text('{"auths": {}}')
    given = "docker" if folder.startswith("workspace") else str(places / folder)
    assert taken(places, given) == '{"auths": {}}'
    assert (places / "home/config.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("given", ["../elsewhere", "link", "linked-file", "none", "a\0b", "/proc/self"])
def test_other_folders_are_refused(places, given):
    (places / "elsewhere/config.json").write_text("{}")
    (places / "workspace/link").symlink_to(places / "elsewhere")
    (places / "workspace/linked-file").mkdir()
    (places / "workspace/linked-file/config.json").symlink_to(places / "elsewhere/config.json")
    with pytest.raises(UsageError, match="docker-config"):
        taken(places, given)
    assert not (places / "home/config.json").exists()


def test_a_file_that_is_no_configuration_is_refused(places):
    (places / "workspace/config.json").write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(UsageError):
        taken(places, ".")
