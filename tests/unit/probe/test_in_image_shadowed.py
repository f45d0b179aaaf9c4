from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from probe.elf_files import shared_object
from tf_docker_check.resources.probes import loader
from tf_docker_check.resources.probes.shadowed import shadowed


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with one libstdc++ and a Python."""
    monkeypatch.setattr(loader, "CACHE", str(tmp_path / "ld.so.cache"))
    monkeypatch.setattr(loader, "DEFAULT_FOLDERS", (str(tmp_path / "usr"),))
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    library(tmp_path / "usr/libstdc++.so.6.0.33", "libstdc++.so.6")
    library(tmp_path / "bin/python", "python")
    monkeypatch.setattr("sys.executable", str(tmp_path / "bin/python"))
    return tmp_path


def library(path: Path, link: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(shared_object())
    if link != path.name:
        (path.parent / link).symlink_to(path.name)


def facts() -> dict[str, Any]:
    found: dict[str, Any] = {}
    shadowed(found.__setitem__)
    return found


def test_the_file_behind_a_librarys_name(root: Path) -> None:
    assert facts() == {"libraries.found": {"libstdc++.so.6": str(root / "usr/libstdc++.so.6.0.33")}}


def test_another_one_before_it_and_what_only_some_images_have(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library(root / "conda/libstdc++.so.6.0.29", "libstdc++.so.6")
    library(root / "conda/libcudart.so.12", "libcudart.so.12")
    library(root / "conda/libother.so.1", "libother.so.1")
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/nowhere:{root / 'conda'}")
    assert facts()["libraries.found"] == {
        "libstdc++.so.6": str(root / "conda/libstdc++.so.6.0.29"),
        "libcudart.so.12": str(root / "conda/libcudart.so.12"),
    }


@pytest.mark.parametrize("python", [None, "", "/nowhere/python", __file__])
def test_a_python_that_cannot_be_read_tells_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, python: str | None
) -> None:
    monkeypatch.setattr("sys.executable", python)
    assert facts() == {}
