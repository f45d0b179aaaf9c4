from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tf_docker_check.cli import main
from tf_docker_check.inspection.document import dump
from tf_docker_check.model.inspection import CudaGap, Inspection, TensorFlowBuild
from tf_docker_check.resources.files import document

CONFIG = """
defaults: {tensorflow: [2.20.0, 2.21.0], python: [3.11, 3.14]}
strategies: [slim, slim-cuda, official-gpu]
fleet:
  - {name: prod, profile: g5}
  - {name: old, cpu: no-avx}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/tf-docker-check.yml").write_text(CONFIG)
    return tmp_path


def predicted(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, str]]:
    """Verdicts by image and host."""
    exit_code = main.run(["predict", "--format", "json", *arguments])
    found = json.loads(capsys.readouterr().out)
    excluded = ("exists", "wheel")  # by rules of which plan leaves images out
    rules = {
        one["judgements"][0]["rule"]
        for image in found["images"]
        for one in image["predictions"]
        if one["verdict"] == "fails"
    }
    assert exit_code == int(
        any(rule not in excluded for rule in rules) or "dockerfile" in str(found["images"])
    )
    jsonschema.validate(found, document("schema/predict.json"))
    return {
        image["id"]: {one["host"]: one["verdict"] for one in image["predictions"]}
        for image in found["images"]
    }


def test_the_fleet_is_what_is_asked_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = predicted(capsys, "--project", str(project))
    assert found["slim/tf2.21.0/py3.11"] == {"prod": "works", "old": "fails"}
    assert found["slim/tf2.21.0/py3.14"] == {"prod": "fails", "old": "fails"}
    assert found["slim-cuda/tf2.21.0/py3.11"]["prod"] == "fails"
    assert found["slim-cuda/tf2.20.0/py3.11"]["prod"] == "works"
    assert found["official-gpu/tf2.20.0"] == {"prod": "fails", "old": "fails"}


def test_hosts_by_name_each_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("t4-runner", "prod", "this-machine", "prod")
    found = predicted(
        capsys, "--project", str(project), *(word for name in names for word in ("--host", name))
    )
    assert list(found["slim/tf2.20.0/py3.11"]) == ["t4-runner", "prod", "this-machine"]
    assert found["slim-cuda/tf2.20.0/py3.11"]["t4-runner"] == "unknown"


def test_without_a_fleet_it_is_this_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = predicted(capsys, "--project", str(tmp_path), "--strategies", "slim")
    assert [list(hosts) for hosts in found.values()] == [["this-machine"]]


def test_more_images_than_a_run_takes_are_predicted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = ("--strategies", "slim", "--tensorflow-versions", ">=2.2", "--python-versions", "all")
    assert len(predicted(capsys, "--project", str(tmp_path), "--max-cells", "1", *inputs)) > 100


def test_the_table_and_why(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["predict", "--project", str(project), "--host", "prod"]) == 1
    short = capsys.readouterr().out
    assert short.startswith("IMAGE ")
    assert "which rests on" not in short
    assert main.run(["predict", "--project", str(project), "--host", "prod", "--why"]) == 1
    assert "rule gpu-libraries, which rests on:" in capsys.readouterr().out


def test_a_dockerfile_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.14-slim\nRUN pip install tensorflow==2.21.0\n")
    found = predicted(capsys, "--project", str(tmp_path))
    assert found["dockerfile"] == {"this-machine": "fails"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "nowhere"], "there is no host 'nowhere'"),
        (["--strategies", "slm"], "did you mean 'slim'?"),
    ],
)
def test_wrong_input(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main.run(["predict", "--project", str(project), *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.fixture
def looked_into(tmp_path: Path) -> str:
    build = TensorFlowBuild("tensorflow", "2.21.0", "/usr/lib/python3.11/site-packages", True, "12.5.1", "9")
    found = Inspection(
        reference="mine:1-gpu",
        platform="linux/amd64",
        complete=True,
        tensorflow=(build,),
        cuda_gaps=(CudaGap("libcudnn.so.9", "is not in the image"),),
    )
    (tmp_path / "image.json").write_text(dump(found))
    return str(tmp_path / "image.json")


def test_an_image_is_looked_into(project: Path, looked_into: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = predicted(capsys, "--project", str(project), "--image", looked_into)
    assert found == {"mine:1-gpu": {"prod": "fails", "old": "fails"}}
    assert main.run(["predict", "--image", looked_into, "--host", "g5", "--why"]) == 1
    said = capsys.readouterr().out
    assert "does not find libcudnn.so.9" in said
    assert "libcudnn.so.9 (verified): found in mine:1-gpu" in said


def test_a_mirror_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["predict", "--image", "registry://x", "--mirror", "docker.io"]) == 2
    assert "is not PREFIX=MIRROR" in capsys.readouterr().err
