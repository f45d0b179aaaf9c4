from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tf_docker_check.resources.probes.packages import packages


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An interpreter's path with one folder on it."""
    monkeypatch.setattr("sys.path", [str(tmp_path / "missing"), str(tmp_path)])
    return tmp_path


def install(site: Path, name: str, version: str, *requires: str, record: str = "") -> None:
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    wants = "".join(f"Requires-Dist: {one}\n" for one in requires)
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{wants}\nRequires-Dist: not-a-header\n"
    (folder / "METADATA").write_text(text)
    (folder / "RECORD").write_text(record)


def facts() -> dict[str, Any]:
    found: dict[str, Any] = {}
    packages(found.__setitem__)
    return found


def test_what_is_installed_and_of_interest(site: Path) -> None:
    install(site, "tensorflow-cpu", "2.21.0")
    install(site, "nvidia_cudnn_cu12", "9.3.0.75")
    install(site, "requests", "2.0")
    (site / "h5py-3.1.egg-info").write_text("Name: h5py\nVersion: 3.1\n\nlong text\n")
    (site / "broken-1.dist-info").mkdir()
    found = facts()
    assert found["packages.count"] == 4
    assert found["packages.versions"] == {
        "tensorflow-cpu": "2.21.0",
        "nvidia-cudnn-cu12": "9.3.0.75",
        "h5py": "3.1",
    }
    assert found["tensorflow.distributions"] == {"tensorflow-cpu": "2.21.0"}
    assert "tensorflow.owners" not in found


def test_requirements_that_are_not_met(site: Path) -> None:
    install(
        site,
        "tensorflow-cpu",
        "2.15.1",
        "numpy (<2.0.0,>=1.23.5)",
        "protobuf!=4.21.0,<5.0.0dev,>=3.20.3",
        'nvidia-cudnn-cu12==8.9.4.25 ; extra == "and-cuda"',
        "keras<2.16,>=2.15.0",
        "absl_py>=1.0",
        'wrapt ; platform_release > "1"',
        "local @ file:///tmp/local.whl",
    )
    install(site, "numpy", "2.2.6")
    install(site, "protobuf", "4.25.8")
    install(site, "absl-py", "2.0")
    found = facts()
    assert found["requirements.broken"] == [
        {"by": "tensorflow-cpu", "name": "numpy", "wants": "<2.0.0,>=1.23.5", "found": "2.2.6"},
        {"by": "tensorflow-cpu", "name": "keras", "wants": "<2.16,>=2.15.0", "found": ""},
    ]
    assert found["requirements.unknown_count"] == 2


def test_two_distributions_over_the_same_files(site: Path) -> None:
    install(site, "tensorflow", "2.21.0", record="tensorflow/__init__.py,sha256=a,1\n")
    install(site, "tensorflow-cpu", "2.20.0", record="bin/x,,\ntensorflow/__init__.py,sha256=b,1\n")
    install(site, "tf-nightly", "2.22.0", record="other/__init__.py,,\n")
    found = facts()
    assert set(found["tensorflow.distributions"]) == {"tensorflow", "tensorflow-cpu", "tf-nightly"}
    assert found["tensorflow.owners"] == ["tensorflow", "tensorflow-cpu"]


def test_the_first_on_the_path_counts(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = site / "other"
    other.mkdir()
    install(site, "numpy", "2.0.0")
    install(other, "NumPy", "1.26.4")
    monkeypatch.setattr("sys.path", [str(other), str(site)])
    assert facts()["packages.versions"] == {"numpy": "1.26.4"}
