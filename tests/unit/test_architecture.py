"""The pages on the structure of the code agree with the code."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "entrypoint/tf_docker_check"
ARCHITECTURE = runpy.run_path(str(ROOT / "bin/architecture"))
DESIGN = (ROOT / "docs/design.md").read_text(encoding="utf-8")


def test_the_picture_shows_the_imports(request: pytest.FixtureRequest) -> None:
    for path, text in ARCHITECTURE["pages"]().items():
        if request.config.getoption("--bless"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text


def test_an_arrow_that_others_imply_is_left_out() -> None:
    imports = {"a": frozenset({"b", "c"}), "b": frozenset({"c"}), "c": frozenset()}
    assert list(ARCHITECTURE["essential"](imports)) == [("a", "b"), ("b", "c")]


def test_the_design_page_lists_the_layers() -> None:
    block = re.search(r"\n((?: {4}\S.*\n)+)", DESIGN.partition("## Layers")[2])
    assert block
    listed = [re.split(r" {2,}", line.strip())[0].split(" | ") for line in block[1].splitlines()]
    assert listed == ARCHITECTURE["read_layers"]()


def test_the_design_page_lists_who_imports_which_package() -> None:
    listed = dict(re.findall(r"^\| ([\w-]+) \| ((?:`[\w./]+`(?:, )?)+) \|$", DESIGN, re.MULTILINE))
    modules = {"PyYAML": "yaml", "junit-xml": "junit_xml", "google-re2": "re2", "PyGithub": "github"}
    modules |= {"pyelftools": "elftools"}
    assert listed
    for name, places in listed.items():
        line = re.compile(rf"^\s*(?:import|from) {modules.get(name, name)}\b", re.MULTILINE)
        users = {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if line.search(path.read_text())}
        doors = {Path(place) for place in re.findall(r"`([\w./]+)`", places)}
        assert all(any(door in (user, *user.parents) for door in doors) for user in users), (name, users)
        assert all(any(door in (user, *user.parents) for user in users) for door in doors), (name, doors)
