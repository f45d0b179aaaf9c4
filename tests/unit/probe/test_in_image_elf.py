from __future__ import annotations

import struct
from pathlib import Path

import pytest

from probe.elf_files import RPATH, RUNPATH, shared_object
from tf_docker_check.resources.probes import loader
from tf_docker_check.resources.probes.elf import Elf
from tf_docker_check.resources.probes.loaded import loaded_from
from tf_docker_check.resources.probes.loader import Loader


def put(folder: Path, name: str, data: bytes) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return str((folder / name).resolve())


def test_what_a_library_asks_for_and_offers(tmp_path: Path) -> None:
    wants = {"libc.so.6": ["GLIBC_2.4", "GLIBC_2.34"], "libx.so": ["X_1"]}
    data = shared_object(
        needed=["libc.so.6", "libx.so"], soname="liba.so.1", wants=wants, offers=["A_1", "A_2"], tls=4096
    )
    elf = Elf(put(tmp_path, "liba.so.1", data))
    assert elf.needed() == ["libc.so.6", "libx.so"]
    assert elf.soname() == "liba.so.1"
    assert elf.versions_wanted() == wants
    assert elf.versions_offered() == {"A_1", "A_2"}
    assert elf.static_tls() == 4096


def test_a_real_library_has_its_symbols() -> None:
    libc = Elf(loaded_from("libc.so.6"))
    assert libc.soname() == "libc.so.6"
    assert "GLIBC_2.17" in libc.versions_offered()
    assert libc.defines("printf")
    assert not libc.defines("no_such_function_anywhere")
    assert "_rtld_global" in libc.undefined()


@pytest.mark.parametrize("cut", range(6, 400, 7))
def test_a_damaged_library_is_refused_or_read(tmp_path: Path, cut: int) -> None:
    data = shared_object(needed=["libc.so.6"], wants={"libc.so.6": ["GLIBC_2.4"]}, offers=["A_1"])
    path = put(tmp_path, "lib.so", data[:cut])
    with pytest.raises(ValueError, match="too early"):
        Elf(path)


def cached(path: Path, rows: list[tuple[int, str, str]]) -> None:
    """An ld.so.cache as ldconfig writes it."""
    strings, table = b"", b""
    start = 48 + 24 * len(rows)
    for flags, name, file in rows:
        table += struct.pack(
            "<iIIIQ", flags, start + len(strings), start + len(strings) + len(name) + 1, 0, 0
        )
        strings += name.encode() + b"\0" + file.encode() + b"\0"
    path.write_bytes(
        b"glibc-ld.so.cache1.1" + struct.pack("<II5I", len(rows), len(strings), *[0] * 5) + table + strings
    )


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no libraries at all."""
    monkeypatch.setattr(loader, "CACHE", str(tmp_path / "ld.so.cache"))
    monkeypatch.setattr(loader, "DEFAULT_FOLDERS", (str(tmp_path / "usr"),))
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    return tmp_path


@pytest.mark.parametrize(("tag", "first"), [(RUNPATH, "env"), (RPATH, "own")])
def test_the_order_of_search(bare: Path, monkeypatch: pytest.MonkeyPatch, tag: int, first: str) -> None:
    found = {name: put(bare / name, "libx.so.1", shared_object()) for name in ("env", "own", "listed", "usr")}
    put(bare / "empty", "libx.so.1", b"not a library")
    cached(
        bare / "ld.so.cache", [(0, "libx.so.1", "/lib32/libx.so.1"), (0x0303, "libx.so.1", found["listed"])]
    )
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{bare}/empty::{bare}/env")
    asks = Elf(put(bare, "asks.so", shared_object(folders="$ORIGIN/own", tag=tag)))
    second = "own" if first == "env" else "env"
    assert Loader().find("libx.so.1", asks) == [found[name] for name in (first, second, "listed", "usr")]
    assert Loader().find("libnone.so", asks) == []


def test_without_a_cache_the_default_folders_remain(bare: Path) -> None:
    path = put(bare / "usr", "libx.so.1", shared_object())
    asks = Elf(put(bare, "asks.so", shared_object()))
    assert Loader().find("libx.so.1", asks) == [path]
    (bare / "ld.so.cache").write_bytes(b"glibc-ld.so.cache1.1\xff\xff")
    assert Loader().find("libx.so.1", asks) == [path]
