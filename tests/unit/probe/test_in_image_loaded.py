from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.resources.probes.loaded import is_in_chroot

ROOT = "24 1 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/l\n"
PROC = "25 24 0:53 / /proc rw,nosuid - proc proc rw\n"


@pytest.mark.parametrize(("mounts", "expected"), [(ROOT + PROC, False), (PROC, True), ("", True)])
def test_a_root_that_is_no_mount_point_is_a_chroot(tmp_path: Path, mounts: str, expected: bool) -> None:
    (tmp_path / "mountinfo").write_text(mounts)
    assert is_in_chroot(str(tmp_path / "mountinfo")) is expected


def test_a_kernel_that_shows_no_mounts_is_no_chroot(tmp_path: Path) -> None:
    assert is_in_chroot(str(tmp_path / "none")) is False
