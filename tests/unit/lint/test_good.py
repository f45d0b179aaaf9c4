"""Good projects of many kinds, about which lint has nothing to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.discovery.files import Files
from tf_docker_check.lint.check import check
from tf_docker_check.project.find import find_files

GOOD = Path(__file__).parent / "good"
PROJECTS = sorted(GOOD.iterdir())


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.name)
def test_nothing_to_say(path: Path) -> None:
    found = find_files([path], lambda _: None)
    assert found.dockerfiles
    assert check(found, Files((path if path.is_dir() else GOOD,))).issues == ()
