"""A project with several workers is told how two are checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.pipeline.configure import load_project_config

BASE = "FROM tensorflow/tensorflow:2.15.0\n"
HOROVOD = f"{BASE}RUN pip install horovod\n"
TRAINS = "s = tf.distribute.MultiWorkerMirroredStrategy()\n"


@pytest.mark.parametrize(
    ("dockerfile", "program", "config", "words"),
    [
        (
            BASE,
            TRAINS,
            "",
            ["train.py:1 (MultiWorkerMirroredStrategy)", "distributed-commands: [python train.py]"],
        ),
        (BASE, "import horovod.tensorflow as hvd\n", "", ["train.py:1 (Horovod)", "distributed-bridge"]),
        (HOROVOD, "", "", ["Dockerfile:2 (Horovod)"]),
        (f"{BASE}# horovod comes later\n", "", "", []),
        (BASE, "", "", []),
        (BASE, TRAINS, "checks: {profile: full}\n", []),
        (BASE, TRAINS, "checks: {distributed-commands: python train.py}\n", []),
    ],
)
def test_the_note(dockerfile: str, program: str, config: str, words: list[str], tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/tf-docker-check.yml").write_text(config)
    (tmp_path / "Dockerfile").write_text(dockerfile)
    (tmp_path / "train.py").write_text(program)
    notes = [note for note in load_project_config(tmp_path, "", {}).notes if "several workers" in note]
    assert len(notes) == bool(words)
    assert all(word in notes[0] for word in words)
