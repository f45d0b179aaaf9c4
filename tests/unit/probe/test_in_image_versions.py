from __future__ import annotations

import itertools
import sys

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tf_docker_check.resources.probes.versions import marker_holds, parse, satisfies

VERSIONS = [
    "1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0.post1", "1.0.1", "1.1", "1.10", "2.0.0rc0",
    "2.0", "2.0.1", "2.16.2", "3.20.3", "4.25.8", "1!0.1",
]  # fmt: skip
SPECIFIERS = [
    ">=1.0", "<=1.1", "==1.0", "!=1.0", "==1.*", "!=2.0.*", "~=1.0", "~=2.0.0", ">=1.0,<2",
    ">=2.0.1,!=2.16.2", "<5,>=3.20.3,!=4.21.0,!=4.21.1",
]  # fmt: skip


def test_versions_sort_as_the_standard_says() -> None:
    for left, right in itertools.product(VERSIONS, VERSIONS):
        assert (parse(left) < parse(right)) == (Version(left) < Version(right)), (left, right)


@pytest.mark.parametrize("specifier", SPECIFIERS)
@pytest.mark.parametrize("version", [text for text in VERSIONS if not Version(text).is_prerelease])
def test_specifiers_mean_what_packaging_says_they_mean(version: str, specifier: str) -> None:
    assert satisfies(version, specifier) == SpecifierSet(specifier).contains(version)


@pytest.mark.parametrize(
    ("version", "specifier"), [("1.0", "===1.0"), ("1.0", "about 1"), ("unknown", ">=1"), ("1.0", ">=x")]
)
def test_what_cannot_be_read_is_unknown(version: str, specifier: str) -> None:
    assert satisfies(version, specifier) is None


def test_one_clear_no_outweighs_an_unknown() -> None:
    assert satisfies("1.0", ">=2,===1.0") is False


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("python_version >= '3.6'", True),
        ('python_version < "3.0"', False),
        ("sys_platform == 'linux'", sys.platform == "linux"),
        ("platform_system == 'Darwin' and platform_machine == 'arm64'", False),
        ("extra == 'and-cuda'", False),
        ("(python_version > '3' and extra == 'a') or os_name == 'posix'", True),
        ("sys_platform in 'linux win32'", True),
        ("sys_platform not in 'linux win32'", False),
        ("'linux' in sys_platform", True),
        ("platform_release > '5'", None),
        ("never_heard_of == 'x'", None),
        ("never_heard_of == 'x' and extra == 'y'", False),
        ("python_version >=", None),
        ("", None),
        ("((", None),
    ],
)
def test_markers(marker: str, holds: bool | None) -> None:
    assert marker_holds(marker) is holds
