from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from probe.elf_files import shared_object
from tf_docker_check.resources.probes import compiled, loader, system_libraries
from tf_docker_check.resources.probes.frame import Fail, Skip


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site-packages folder, on a machine with no libraries at all."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.setattr("sys.path", [str(folder)])
    monkeypatch.setattr(loader, "CACHE", str(tmp_path / "ld.so.cache"))
    monkeypatch.setattr(loader, "DEFAULT_FOLDERS", (str(tmp_path / "usr"),))
    monkeypatch.setattr(system_libraries, "c_library", lambda: ("glibc", "2.36"))
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    return folder


def package(site: Path, name: str, **files: bytes) -> None:
    """An installed distribution of one package, whose record names its files."""
    (site / name).mkdir()
    (site / name / "__init__.py").touch()
    info = site / f"{name}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1\n\n")
    rows = [f"{name}/__init__.py,,"]
    for stem, data in files.items():
        (site / name / f"{stem}.so").write_bytes(data)
        rows.append(f"{name}/{stem}.so,sha256=x,1")
    (info / "RECORD").write_text("\n".join(rows) + "\n")


def look(monkeypatch: pytest.MonkeyPatch, **errors: str) -> tuple[dict[str, Any], str]:
    """The facts and why it failed, where importing a module ends with the error given for it."""
    monkeypatch.setattr(system_libraries, "trial", lambda name, seconds: errors.get(name, ""))
    facts: dict[str, Any] = {}
    try:
        system_libraries.system_libraries(facts.__setitem__)
    except Fail as failure:
        return facts, str(failure)
    return facts, ""


def test_a_missing_library_counts_where_the_import_fails(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(site, "cv2", core=shared_object(needed=["libGL.so.1"]))
    error = "ImportError: libGL.so.1: cannot open shared object file"
    facts, why = look(monkeypatch, cv2=error)
    row = {"file": "cv2/core.so", "of": "cv2", "kind": "missing", "library": "libGL.so.1", "module": "cv2"}
    assert facts["libraries.missing"] == [row]
    assert facts["libraries.broken"] == {"cv2": error}
    assert why == f"cv2 cannot be imported: {error}"
    assert look(monkeypatch)[1] == ""
    assert look(monkeypatch, cv2="ModuleNotFoundError: No module named 'x'")[1] == ""


def test_what_lies_beside_or_comes_from_elsewhere_is_not_missing(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = ["mate.so", "libcuda.so.1", "libcudart.so.12"]
    package(site, "numba", core=shared_object(needed=needed), mate=shared_object())
    facts, _ = look(monkeypatch)
    assert facts["libraries.missing"] == []


def test_a_shadowed_library(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, versions in (
        ("old", ["GLIBCXX_3.4"]),
        ("usr", ["GLIBCXX_3.4", "GLIBCXX_3.4.9", "GLIBCXX_3.4.21"]),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "libstdc++.so.6").write_bytes(shared_object(offers=versions))
    wants = {"libstdc++.so.6": ["GLIBCXX_3.4.9", "GLIBCXX_3.4.21", "GLIBCXX_3.4"]}
    package(site, "tensorflow", core=shared_object(needed=["libstdc++.so.6"], wants=wants))
    assert look(monkeypatch)[0]["libraries.version"] == []
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path / "old"))
    facts, why = look(monkeypatch, tensorflow="ImportError: /old/libstdc++.so.6: version `GLIBCXX_3.4.9'")
    (row,) = facts["libraries.version"]
    assert (row["wants"], row["library"], row["better"]) == (
        "GLIBCXX_3.4.21",
        str(tmp_path / "old/libstdc++.so.6"),
        str(tmp_path / "usr/libstdc++.so.6"),
    )
    assert facts["libraries.copies"] == {"libstdc++.so.6": [row["library"], row["better"]]}
    assert why


def test_a_library_without_versions_is_taken_as_the_loader_takes_it(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr/libz.so.1").write_bytes(shared_object())
    package(site, "x", core=shared_object(needed=["libz.so.1"], wants={"libz.so.1": ["ZLIB_1.2"]}))
    assert look(monkeypatch)[0]["libraries.version"] == []


def test_a_library_of_a_library(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr/libGL.so.1").write_bytes(shared_object(needed=["libGLX.so.0"]))
    package(site, "cv2", core=shared_object(needed=["libGL.so.1"], tls=9000))
    facts, _ = look(monkeypatch)
    assert [row["library"] for row in facts["libraries.missing"]] == ["libGLX.so.0"]
    assert facts["libraries.static_tls"] == [{"file": "cv2/core.so", "of": "cv2", "bytes": 9000}]


def test_files_that_no_record_names_are_looked_at_too(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "own").mkdir()
    (site / "own/op.so").write_bytes(shared_object(needed=["libmine.so"]))
    (site / "nvidia").mkdir()
    (site / "nvidia/x.so").write_bytes(shared_object(needed=["libother.so"]))
    facts, _ = look(monkeypatch)
    assert [(row["module"], row["of"]) for row in facts["libraries.missing"]] == [("own.op", "")]


def test_tensorflows_own_come_first(site: Path) -> None:
    for name in ("aaa", "numpy", "tensorflow"):
        package(site, name, core=shared_object())
    assert [inside for _, inside, _ in compiled.compiled()] == [
        "tensorflow/core.so",
        "numpy/core.so",
        "aaa/core.so",
    ]


def test_grafted_libraries_belong_to_their_package(site: Path) -> None:
    files = [
        (f"{site}/cv2/core.so", "cv2/core.so", "opencv"),
        (f"{site}/opencv.libs/x.so", "opencv.libs/x.so", "opencv"),
    ]
    (site / "cv2").mkdir()
    (site / "cv2/__init__.py").touch()
    assert system_libraries.module_of("opencv.libs/x.so", "opencv", files) == "cv2"


def test_another_c_library_is_not_judged(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "c_library", lambda: ("musl", ""))
    with pytest.raises(Skip, match="not glibc"):
        look(monkeypatch)
