"""locks/ holds what pyproject.toml asks for: exact, with hashes, for every Python, and without an index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
BUILD = PROJECT["build-system"]["requires"] + PROJECT["dependency-groups"]["build"]
DEVELOPMENT = PROJECT["project"]["optional-dependencies"]["dev"]
ASKED = {"action": RUNTIME, "build": BUILD, "dev": RUNTIME + BUILD + DEVELOPMENT}
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PIN = re.compile(
    r"^(?P<requirement>[^\s=]+==[^\s]+(?: ; [^\\]+?)?)(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n",
    re.MULTILINE,
)


@pytest.mark.parametrize("name", ASKED)
def test_a_lock_is_pins_with_hashes_and_nothing_else(name: str) -> None:
    assert not PIN.sub("", re.sub(r"^#.*\n", "", (ROOT / f"locks/{name}.txt").read_text(), flags=re.M))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", ASKED)
def test_a_lock_pins_what_is_asked_for(name: str, python: str) -> None:
    """Where this fails after a change of pyproject.toml: `make lock`."""
    locked = versions(name, python)
    for requirement in on(python, map(Requirement, ASKED[name])):
        pin = locked.get(canonicalize_name(requirement.name), "")
        assert pin, f"{requirement} is not in locks/{name}.txt"
        assert requirement.specifier.contains(pin, prereleases=True)


@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_tested_is_what_is_shipped(python: str) -> None:
    tested = versions("dev", python).items()
    assert versions("action", python).items() <= tested
    assert versions("build", python).items() <= tested


def versions(name: str, python: str) -> dict[str, str]:
    """The one version of each distribution that the lock names for that Python."""
    pins = PIN.finditer((ROOT / f"locks/{name}.txt").read_text())
    applicable = list(on(python, (Requirement(pin["requirement"]) for pin in pins)))
    locked = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in applicable}
    assert len(locked) == len(applicable), "a distribution is pinned twice"
    return locked


def on(python: str, requirements: Iterable[Requirement]) -> Iterable[Requirement]:
    """Those of *requirements* that count on Linux with that Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": "linux"}
    return (
        requirement
        for requirement in requirements
        if not requirement.marker or requirement.marker.evaluate(environment)
    )
