from __future__ import annotations

import pytest

from tf_docker_check.resources.apt import apt_package


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("libncurses5", "unused"),
        ("libncurses6", ""),
        ("nvidia-driver-535", "driver"),
        ("nvidia-cuda-toolkit", "own-cuda"),
        ("nvidia-container-toolkit", ""),
    ],
)
def test_what_is_known_of_a_package(name: str, kind: str) -> None:
    row = apt_package(name)
    assert (row.kind if row else "") == kind


@pytest.mark.parametrize(("release", "gone"), [("12", False), ("13", True), ("testing", True)])
def test_a_package_goes_with_a_release(release: str, gone: bool) -> None:
    row = apt_package("libtinfo5")
    assert row is not None
    assert row.is_gone("debian", release) is gone
    assert not row.is_gone("alpine", release)
