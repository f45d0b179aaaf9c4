"""action.yml, the program, the documentation and our own workflows say the same."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tf_docker_check import __version__
from tf_docker_check.cli import main
from tf_docker_check.cli.action import MODES
from tf_docker_check.config import inputs as configuration
from tf_docker_check.gha.files import OUTPUTS
from tf_docker_check.gha.step import FLAGS, read_step
from tf_docker_check.model.defaults import CONFIG_FILE, RESULTS_FOLDER
from tf_docker_check.pipeline import baseline
from tf_docker_check.plan.github import MOST_JOBS

ROOT = Path(__file__).parents[3]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
INPUTS = ACTION["inputs"]
PAGE = (ROOT / "docs/github.md").read_text()
WORKFLOWS = sorted([*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("examples/workflows/*.yml")])
OF_CONFIGURATION = {
    *configuration.LISTS,
    *configuration.TEXTS,
    *("strategies", "gpu", "dockerfile", "build-args", "cpu-runs-on", "gpu-runs-on"),
}
OF_THE_STEP = {
    *FLAGS,
    *("mode", "config", "github-token", "results", "results-path", "docker-config", "baseline"),
    *("comment-mode", "comment-key", "max-jobs", "allow"),
}


WRONG = {
    "mode": ("auto", "tomorrow"),
    "config": ("plan", "missing.yml"),
    "max-jobs": ("plan", "0"),
    "allow": ("plan", "everything"),
    "docker-config": ("run", "missing"),
    "comment-mode": ("plan", "sometimes"),
    "comment-key": ("plan", "two words"),
    "results": ("report", ".github/tf-docker-check.yml"),
    "baseline": ("report", "missing.json"),
    "results-path": ("report", "../outside"),
    **dict.fromkeys(FLAGS, ("plan", "perhaps")),
}
"""A value that each input of the step does not admit, and a mode that uses it."""


def start(monkeypatch, workspace, **inputs):
    """Run the action in *workspace*, which has a configuration and results; the exit code."""
    (workspace / ".github").mkdir()
    (workspace / ".github/tf-docker-check.yml").write_text("strategies: [official]")
    (workspace / "results.json").write_text('{"schema": 2}')
    given = {name: spec.get("default", "") for name, spec in INPUTS.items()} | {"github-token": ""}
    given |= {"baseline": "off", "results": "results.json", "artifact": "false"}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    variables = {f"INPUT_{name.upper()}": value for name, value in given.items()}
    monkeypatch.setattr("os.environ", {"PATH": "", "GITHUB_WORKSPACE": str(workspace), **variables})
    return main.run(["action"])


def test_the_inputs_are_those_of_the_configuration_and_of_the_step():
    assert set(INPUTS) == OF_CONFIGURATION | OF_THE_STEP
    assert OF_THE_STEP - set(WRONG) == {"github-token"}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_of_an_input_of_the_step_is_refused(name, tmp_path, monkeypatch, capsys):
    mode, value = WRONG[name]
    assert start(monkeypatch, tmp_path, **({"mode": mode} | {name: value})) == 2
    assert value in capsys.readouterr().err


@pytest.mark.parametrize("mode", ["plan", "report"])
def test_without_a_wrong_value_nothing_is_refused(mode, tmp_path, monkeypatch):
    assert start(monkeypatch, tmp_path, mode=mode) != 2


def test_the_token_is_masked(tmp_path, monkeypatch, capsys):
    start(monkeypatch, tmp_path, mode="plan", github_token="ghs_0123456789")
    assert "::add-mask::ghs_0123456789" in capsys.readouterr().out


def test_every_output_is_declared_and_described():
    assert list(ACTION["outputs"]) == list(OUTPUTS)
    assert all(each["description"] for each in (*INPUTS.values(), *ACTION["outputs"].values()))


def test_the_defaults_are_the_ones_there_are(tmp_path):
    given = {name: each.get("default", "") for name, each in INPUTS.items()}
    step = read_step(
        {f"INPUT_{name.upper()}": value for name, value in given.items()}
        | {"GITHUB_WORKSPACE": str(tmp_path)}
    )
    assert (step.folder, step.comment_mode, step.key) == (RESULTS_FOLDER, "changes", "default")
    assert {flag: step.wants(flag) for flag in FLAGS} == FLAGS
    assert (given["config"], given["baseline"]) == (CONFIG_FILE, baseline.AUTO)
    assert given["max-jobs"] == str(MOST_JOBS)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_told(mode):
    assert f"`{mode}`" in INPUTS["mode"]["description"]
    assert f"| `{mode}` |" in PAGE


def test_the_page_has_every_input_and_output():
    told = set(re.findall(r"^\| `([a-z-]+)`", PAGE, re.MULTILINE)) | set(re.findall(r"`([a-z-]+)`", PAGE))
    assert (set(INPUTS) | set(OUTPUTS)) - told == set()


def test_the_page_tells_the_defaults():
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \|", PAGE.partition("## Inputs")[2], re.MULTILINE))
    assert rows
    assert {name: INPUTS[name]["default"] for name in rows} == rows


def test_the_reusable_workflow_hands_every_input_on():
    text = (ROOT / ".github/workflows/check.yml").read_text()
    given = set(yaml.safe_load(text)[True]["workflow_call"]["inputs"])  # YAML 1.1: on
    assert given - set(INPUTS) == {"job-minutes"}
    assert {name for name in given if f"inputs.{name} " not in text} == set()
    kept = {"mode", "cell", "results", "results-path", "github-token", "docker-config"}
    flags = {*FLAGS, "max-parallel", "disk-reserve-gb"}
    assert set(INPUTS) - given == kept | flags


def uses(path):
    """(step, what it uses) for every step of our own action."""
    for job in yaml.safe_load(path.read_text())["jobs"].values():
        for step in (job, *job.get("steps", ())):
            if re.match(r"\./$|org/tf-docker-check(@|/)|\./\.github", step.get("uses", "")):
                yield step


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_give_only_inputs_that_there_are(path):
    for step in uses(path):
        given = set(step.get("with", {}))
        called = re.search(r"workflows/([a-z-]+\.yml)", step["uses"])
        if called:
            told = yaml.safe_load((ROOT / ".github/workflows" / called[1]).read_text())
            assert given <= set(told[True]["workflow_call"].get("inputs", {}))  # YAML 1.1: on
        else:
            assert given <= set(INPUTS)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_read_only_outputs_that_there_are(path):
    text = path.read_text()
    ids = {step.get("id") for step in uses(path)} - {None}
    for step, name in re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", text):
        assert step not in ids or name in OUTPUTS


@pytest.mark.outside
def test_a_release_pins_the_image_and_changes_nothing_else(tmp_path):
    (tmp_path / "bin").mkdir()
    for name in ("action.yml", "bin/pin-image"):
        shutil.copy(ROOT / name, tmp_path / name)
    image = f"docker://ghcr.io/org/tf-docker-check:1.2.3@sha256:{'0a' * 32}"
    subprocess.run([tmp_path / "bin/pin-image", image], check=True)
    pinned = yaml.safe_load((tmp_path / "action.yml").read_text())
    assert pinned == {**ACTION, "runs": {**ACTION["runs"], "image": image}}
    for wrong in ("docker://ghcr.io/org/x:1", f"{image}|e", "Dockerfile"):
        refused = subprocess.run([tmp_path / "bin/pin-image", wrong], capture_output=True, check=False)
        assert refused.returncode == 2


def test_examples_use_the_version_that_there_is():
    major = f"v{__version__.split('.')[0]}" if not __version__.startswith("0.") else "v1"
    for path in WORKFLOWS:
        for step in uses(path):
            version = step["uses"].partition("@")[2]
            assert version in {"", major}, path
