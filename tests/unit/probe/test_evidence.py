from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence

import pytest

from engine.fake import FakeFiles
from tf_docker_check.errors import EngineError
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.probe.evidence import check_evidence

SITE = "/usr/lib/python3/site-packages"
CC = f"{SITE}/tensorflow/libtensorflow_cc.so.2"
CONDA = "/opt/conda/lib/libtensorflow_framework.so.2"
PYWRAP = f"{SITE}/tensorflow/python/_pywrap_tensorflow_internal.so"
METADATA = f"{SITE}/tensorflow-2.21.0.dist-info"
BIG = 700 << 20
DOTS = base64.urlsafe_b64encode(hashlib.sha256(b"." * 9).digest()).decode().rstrip("=")


def seen(facts: Mapping[str, object], files: Mapping[str, int]) -> Check:
    return check_evidence({"tensorflow.path": f"{SITE}/tensorflow", **facts}, FakeFiles(files))


def notes(check: Check) -> str:
    assert check.status is Status.PASSED, check.reason
    return "; ".join(check.facts["evidence.notes"])


def test_a_wheel_is_confirmed_without_a_note() -> None:
    check = seen(
        {"tensorflow.loaded": [[CC, BIG]], "tensorflow.metadata": [METADATA]}, {CC: BIG, METADATA: 1}
    )
    assert not notes(check)
    assert check.facts["evidence.libraries"] == {CC: BIG}


@pytest.mark.parametrize(
    ("facts", "files", "note"),
    [
        pytest.param({"tensorflow.loaded": [[CONDA, BIG]]}, {CONDA: BIG}, "no distribution", id="conda"),
        pytest.param({"tensorflow.loaded": [[CC, BIG]]}, {CC: 9}, "9 bytes", id="stripped, or another size"),
        pytest.param({"tensorflow.loaded": [[CC, 9]]}, {CC: 9}, "is little", id="tiny"),
        pytest.param({}, {PYWRAP: BIG}, "could not tell", id="without /proc"),
        pytest.param(
            {"tensorflow.loaded": [[CC, BIG]], "tensorflow.in_chroot": True}, {}, "chroot", id="chroot"
        ),
        pytest.param({"tensorflow.loaded": [["/dev/shm/libtensorflow_cc.so.2", 1]]}, {}, "outside", id="shm"),
        pytest.param({"tensorflow.loaded": [[f"{CC} (deleted)", 0]]}, {}, "outside", id="deleted"),
        pytest.param(
            {"tensorflow.loaded": [["/\u00e9/libtensorflow_cc.so.2", 0]]}, {}, "outside", id="letters"
        ),
    ],
)
def test_what_is_odd_and_possible_is_a_note(
    facts: Mapping[str, object], files: Mapping[str, int], note: str
) -> None:
    assert note in notes(seen(facts, files))


@pytest.mark.parametrize(
    ("facts", "files", "reason"),
    [
        ({"tensorflow.loaded": [[CC, BIG]]}, {}, f"claims to have loaded {CC}"),
        ({"tensorflow.loaded": [[CC, BIG], [CONDA, 1]]}, {CC: BIG}, f"claims to have loaded {CONDA}"),
        ({"tensorflow.loaded": [[CC, 1]], "tensorflow.metadata": [METADATA]}, {CC: 1}, "no such folder"),
        ({}, {}, f"no compiled library of TensorFlow in {SITE}/tensorflow"),
        ({"tensorflow.in_chroot": "yes"}, {}, f"no compiled library of TensorFlow in {SITE}/tensorflow"),
        ({"tensorflow.path": 7, "tensorflow.loaded": [7, [7, 7], "x"]}, {PYWRAP: 1}, "anywhere it names"),
    ],
)
def test_what_is_impossible_fails(facts: Mapping[str, object], files: Mapping[str, int], reason: str) -> None:
    check = seen(facts, files)
    assert check.status is Status.FAILED
    assert reason in check.reason


def test_an_engine_that_cannot_look_judges_nothing() -> None:
    class Gone(FakeFiles):
        def sizes(self, paths: Sequence[str]) -> Mapping[str, int]:
            raise EngineError("cannot look at the container's files")

    assert check_evidence({}, Gone({})).status is Status.ERRORED


@pytest.mark.parametrize(
    ("record", "note"),
    [
        (f"tensorflow/libtensorflow_cc.so.2,sha256={DOTS},9\n", ""),
        (f"tensorflow/libtensorflow_cc.so.2,sha256={DOTS[::-1]},9\n", "another sha256"),
        ("tensorflow/other.so,sha256=x,9\n", "in no RECORD"),
        (",,,\n\xff,sha256=\n", "in no RECORD"),
    ],
)
def test_hashes_are_compared_with_record(record: str, note: str) -> None:
    class Files(FakeFiles):
        def chunks(self, path: str) -> Iterator[bytes]:
            return iter([record.encode()]) if path.endswith("/RECORD") else super().chunks(path)

    facts = {"tensorflow.loaded": [[CC, 9]], "tensorflow.metadata": [METADATA]}
    check = check_evidence(facts, Files({CC: 9, METADATA: 1}), hashes=True)
    shown = (
        notes(check).replace("TensorFlow's libraries have 9 bytes in all, which is little", "").strip("; ")
    )
    assert (note in shown) if note else not shown
