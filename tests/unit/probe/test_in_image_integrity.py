from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from tf_docker_check.resources.probes.integrity import integrity

FILES = {
    "tensorflow/__init__.py": b"__version__ = '2'",
    "tensorflow/python/ops.py": b"pass",
    "tensorflow/libtensorflow_framework.so.2": b"\x7fELF",
    "tensorflow/include/x.h": b"int x;",
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A TensorFlow as pip installs it."""
    info = tmp_path / "tensorflow_cpu-2.21.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: tensorflow-cpu\nVersion: 2.21.0\n\n")
    record = [f"{info.name}/RECORD,,"]
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        record.append(f"{name},sha256={digest},{len(data)}")
    (info / "RECORD").write_text("\n".join(record) + "\n")
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    return tmp_path


def facts() -> dict[str, Any]:
    found: dict[str, Any] = {}
    integrity(found.__setitem__)
    return found


def test_as_installed(site: Path) -> None:
    (site / "tensorflow/include/x.h").unlink()
    assert facts() == {}


def test_changed_and_gone(site: Path) -> None:
    (site / "tensorflow/__init__.py").write_bytes(b"__version__ = '3'")  # of the same size
    (site / "tensorflow/libtensorflow_framework.so.2").write_bytes(b"another")
    (site / "tensorflow/python/ops.py").unlink()
    changed = ["tensorflow/__init__.py", "tensorflow/libtensorflow_framework.so.2"]
    assert facts() == {
        "tensorflow.gone.tensorflow-cpu": {"count": 1, "files": ["tensorflow/python/ops.py"]},
        "tensorflow.changed.tensorflow-cpu": {"count": 2, "files": changed},
    }


def test_half_removed(site: Path) -> None:
    for file in (site / "tensorflow_cpu-2.21.0.dist-info").iterdir():
        file.unlink()
    assert facts() == {}
    (site / "tensorflow/__init__.py").unlink()
    assert facts() == {"tensorflow.leftovers": str(site / "tensorflow")}
