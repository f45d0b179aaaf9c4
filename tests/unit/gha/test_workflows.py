"""Our workflows and the ones people copy hold against the checkers that exist for them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = [
    str(path.relative_to(ROOT))
    for folder in (".github/workflows", "examples/workflows")
    for path in sorted((ROOT / folder).glob("*.yml"))
]


def checked(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name(program)), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.outside
def test_actionlint() -> None:
    checked("actionlint", *WORKFLOWS)


@pytest.mark.outside
def test_zizmor_at_its_strictest() -> None:
    strict = ("--offline", "--quiet", "--persona", "pedantic", "--format", "plain")
    checked("zizmor", *strict, "--config", ".github/zizmor.yml", *WORKFLOWS, "action.yml")


@pytest.mark.outside
def test_their_schemas() -> None:
    checked("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    checked("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_permissions_are_given_job_by_job_and_actions_are_pinned(name: str) -> None:
    text = (ROOT / name).read_text()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())
    for used in re.findall(r"uses: ([^\s,}]+)", text):
        assert used.startswith(("./", "org/tf-docker-check")) or re.search(r"@[0-9a-f]{40}$", used), used


def test_the_examples_are_the_ones_the_page_names() -> None:
    page = (ROOT / "docs/github.md").read_text()
    named = set(re.findall(r"\(\.\./(examples/workflows/[a-z-]+\.yml)\)", page))
    assert named == {name for name in WORKFLOWS if name.startswith("examples")}
