from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.model.program import Program
from tf_docker_check.project.programs import find_programs, read_program

TRAINS = "import tensorflow as tf\ns = tf.distribute.MultiWorkerMirroredStrategy()\nmodel.fit(x)\n"


@pytest.mark.parametrize(
    ("text", "program"),
    [
        (TRAINS, Program("a.py", 2, "MultiWorkerMirroredStrategy", fits=True)),
        (
            "os.environ['TF_USE_LEGACY_KERAS'] = '1'\n" + TRAINS,
            Program("a.py", 3, "MultiWorkerMirroredStrategy", fits=True, legacy=True),
        ),
        (
            "s = tf.distribute.experimental.ParameterServerStrategy(r)\n",
            Program("a.py", 1, "ParameterServerStrategy"),
        ),
        ("import horovod.tensorflow.keras as hvd\n", Program("a.py", 1, "Horovod")),
        ("json.loads(os.environ['TF_CONFIG'])\n", Program("a.py", 1, "TF_CONFIG")),
        ("# tf.distribute.MultiWorkerMirroredStrategy() is for later\nmodel.fit(x)\n", None),
        ("s = tf.distribute.MirroredStrategy()\nmodel.fit(x)\n", None),
        ("from tf import MultiWorkerMirroredStrategy\n", None),
    ],
)
def test_what_a_program_says(text: str, program: Program | None) -> None:
    assert read_program("a.py", text) == program


def test_the_nearest_come_first_and_other_peoples_code_has_no_say(tmp_path: Path) -> None:
    for name in ("deep/er/train.py", "venv/lib/site-packages/x.py", "z.py", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TRAINS)
    (tmp_path / "out.py").symlink_to("/etc/hostname")
    (tmp_path / "big.py").write_text(TRAINS + "#" * 600_000)
    assert [one.file for one in find_programs(tmp_path)] == ["z.py", "deep/er/train.py"]
