"""``tf-docker-check init`` as a command."""

from __future__ import annotations

from pathlib import Path

import pytest
from lint.projects import written

from tf_docker_check.cli.main import run
from tf_docker_check.config import load_config
from tf_docker_check.model.config import Config
from tf_docker_check.plan.detect import detect

NOTHING = Config(strategies=(), tensorflow=("auto",), python=("auto",))
ONE = {
    "docker/Dockerfile": "FROM python:3.8-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n",
    "requirements.txt": "tensorflow>=2.9\n",
}
PINNED = {
    "Dockerfile": "FROM debian\nRUN pip install tensorflow==2.16.1\n",
    "requirements.txt": "tensorflow>=2.9\n",
}
SEVERAL = {
    **{f"{name}/Dockerfile": "FROM tensorflow/tensorflow:2.17.0\n" for name in "abcdefg"},
    "compose.yml": "services: {a: {build: {context: ., dockerfile: a/Dockerfile, args: {V: 'no', W: '#:'}}}}\n",
}


@pytest.mark.parametrize("files", [ONE, PINNED, SEVERAL], ids=["one", "pinned", "several"])
def test_what_is_written_is_what_would_be_checked(files: dict[str, str], tmp_path: Path) -> None:
    before = detect(written(tmp_path, files), NOTHING)
    assert run(["init", "--project", str(tmp_path)]) == 0
    after = detect(tmp_path, load_config(tmp_path))
    assert [one.dockerfile for one in after.strategies] == [one.dockerfile for one in before.strategies]
    assert [one.on for one in after.strategies] == [one.on for one in before.strategies]
    assert after.python == before.python
    assert after.tensorflow == (("2.16.1",) if files is PINNED else before.tensorflow)


def test_what_is_left_out_is_a_comment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--project", str(written(tmp_path, SEVERAL)), "-"]) == 0
    text = capsys.readouterr().out
    assert "# g-dockerfile: {dockerfile: g/Dockerfile, context: g}" in text
    assert "# 7 Dockerfiles with TensorFlow: a/Dockerfile" in text
    assert not (tmp_path / ".github").exists()


@pytest.mark.parametrize("name", ["tf-docker-check.yml", "tf-docker-check.yaml"])
def test_a_configuration_is_not_overwritten(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, {**ONE, f".github/{name}": "version: 1\n"})
    assert run(["init", "--project", str(tmp_path)]) == 2
    assert f"there is a configuration already: .github/{name}" in capsys.readouterr().err
    assert (tmp_path / f".github/{name}").read_text() == "version: 1\n"
    assert run(["init", "--project", str(tmp_path), "--stdout"]) == 0


def test_without_tensorflow_there_is_nothing_to_write(tmp_path: Path) -> None:
    assert run(["init", "--project", str(tmp_path)]) == 2
    assert list(tmp_path.iterdir()) == []
