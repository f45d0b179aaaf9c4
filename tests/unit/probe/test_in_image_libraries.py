from __future__ import annotations

from pathlib import Path

import pytest

from probe.elf_files import RPATH, RUNPATH, shared_object
from tf_docker_check.resources.probes import libraries
from tf_docker_check.resources.probes.elf import search_folders
from tf_docker_check.resources.probes.frame import Fail, Skip
from tf_docker_check.resources.probes.library_versions import spelt


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site-packages folder with a CUDA build of TensorFlow that looks into nvidia/cudnn alone."""
    folder = tmp_path / "tensorflow/python/platform"
    folder.mkdir(parents=True)
    (tmp_path / "tensorflow/__init__.py").touch()
    info = "{'is_cuda_build': True, 'cuda_version': '12.5.1', 'cudnn_version': '9'}"
    (folder / "build_info.py").write_text(f"build_info = {info}")
    library = tmp_path / "tensorflow/libtensorflow_framework.so.2"
    library.write_bytes(shared_object(folders="$ORIGIN/../nvidia/cudnn/lib:$ORIGIN/../nvidia/cudnn/lib"))
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    monkeypatch.setattr(libraries, "SYSTEM_FOLDERS", ())
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    return tmp_path


def put(site: Path, path: str) -> Path:
    """A file that is no library; opening it fails, and says so."""
    (site / path).parent.mkdir(parents=True, exist_ok=True)
    (site / path).write_bytes(b"not a library")
    return site / path


@pytest.mark.parametrize("tag", [RUNPATH, RPATH])
def test_where_a_library_looks(tmp_path: Path, tag: int) -> None:
    library = tmp_path / "lib.so"
    library.write_bytes(shared_object(folders="$ORIGIN/../a:/usr/b:${ORIGIN}/c", tag=tag))
    assert search_folders(str(library)) == [str(tmp_path.parent / "a"), "/usr/b", str(tmp_path / "c")]


@pytest.mark.parametrize(
    "content", [b"", b"\x7fELF\x01\x01", b"#!/bin/sh\n", shared_object(folders="/a")[:70]]
)
def test_what_is_no_library_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lib.so").write_bytes(content)
    with pytest.raises(ValueError, match=r"not a 64-bit|too early"):
        search_folders(str(tmp_path / "lib.so"))


def test_the_library_path_comes_before_tensorflows_own(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = put(site, "nvidia/cudnn/lib/libcudnn.so.9")
    assert libraries.look_up("libcudnn.so.9") == (str(own), "RUNPATH")
    other = put(site, "other/libcudnn.so.9")
    monkeypatch.setenv("LD_LIBRARY_PATH", f":{other.parent}")
    assert libraries.look_up("libcudnn.so.9") == (str(other), "LD_LIBRARY_PATH")
    assert libraries.look_up("libcublas.so.12") == ("", "system")


def test_not_ready_names_what_is_where_and_what_is_missing(site: Path) -> None:
    solver = put(site, "nvidia/cusolver/lib/libcusolver.so.11")
    put(site, "nvidia/cudnn/lib/libcudnn.so.8")
    put(site, "nvidia/cudnn/lib/libcudnn.so.9")
    put(site, "nvidia/cufft/lib/libcufft.so.12")
    facts: dict[str, object] = {}
    with pytest.raises(Fail) as failure:
        libraries.gpu_static(facts.__setitem__)
    words = str(failure.value)
    assert words.startswith("not ready: ")
    assert f"libcusolver.so.11 is in {solver.parent}, where TensorFlow does not look" in words
    assert "needs libcufft.so.11, image has libcufft.so.12" in words
    assert "libcudnn.so.9 does not load" in words
    assert words.endswith(
        "the image has no libcudart.so.12, libcublas.so.12, libcublasLt.so.12, libcusparse.so.12"
    )
    assert facts["gpu.ready"] is False


def test_no_verdict_where_nothing_is_known(site: Path) -> None:
    info = site / "tensorflow/python/platform/build_info.py"
    info.write_text("build_info = {'is_cuda_build': True, 'cuda_version': '99.1', 'cudnn_version': '30'}")
    with pytest.raises(Skip, match=r"CUDA .99"):
        libraries.gpu_static(dict[str, object]().__setitem__)
    info.unlink()
    with pytest.raises(Skip, match="unknown"):
        libraries.gpu_static(dict[str, object]().__setitem__)


def test_a_cpu_build_is_never_ready(site: Path) -> None:
    (site / "tensorflow/python/platform/build_info.py").write_text("build_info = {'is_cuda_build': False}")
    with pytest.raises(Fail, match="built without CUDA"):
        libraries.gpu_static(dict[str, object]().__setitem__)


@pytest.mark.parametrize(("have", "ready"), [("9.1.0", False), ("9.3.0", True), ("9.10.2", True), ("", True)])
def test_a_cudnn_older_than_the_wheel_names_will_not_do(site: Path, have: str, ready: bool) -> None:
    folder = site / "tensorflow-2.21.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Name: tensorflow\nVersion: 2.21.0\n"
        'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"\n\n'
    )
    found = {"libcudnn.so.9": {"version": have}}
    problems = libraries.old_cudnn(dict[str, object]().__setitem__, found)
    assert problems == ([] if ready else [f"needs cuDNN 9.3 or later, image has {have}"])


@pytest.mark.parametrize(
    ("number", "version"), [(8906, "8.9.6"), (90300, "9.3.0"), (91002, "9.10.2"), (7605, "7.6.5")]
)
def test_how_cudnn_spells_its_version(number: int, version: str) -> None:
    assert spelt(number) == version
