"""Zips that we make, and zips of strangers."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tf_docker_check.gha.bundle import BadBundle, make, read

NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.json", fullmatch=True)


def anything(name: str) -> bool:
    return True


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return data.getvalue()


def info(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def encrypted(data: bytes) -> bytes:
    """*data* with every entry flagged as encrypted, in both places that say so."""
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data = data[:at] + b"\x01\x00" + data[at + 2 :]
    return data


def named(name: str) -> bytes:
    """A zip of one entry of that *name*, which no library would write."""
    stand_in = "é" + "x" * 10  # not ASCII, so the name is marked as UTF-8
    data = packed((stand_in, b"1"))
    for mark, offset in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        at = data.index(mark) + offset
        data = data[:at] + struct.pack("<H", len(name.encode())) + data[at + 2 :]
    data = data.replace(stand_in.encode(), name.encode())
    end = data.index(b"PK\x05\x06")
    start = data.index(b"PK\x01\x02")
    return data[: end + 12] + struct.pack("<II", end - start, start) + data[end + 20 :]


@given(st.dictionaries(NAMES, st.binary(max_size=2000), max_size=8))
def test_what_is_packed_is_read_again(files: dict[str, bytes]) -> None:
    assert read(make(files), anything) == files


def test_equal_files_make_equal_zips() -> None:
    one, other = {"a": b"1", "b/c": b"2"}, {"b/c": b"2", "a": b"1"}
    assert make(one) == make(other)


def test_only_wanted_files_are_unpacked() -> None:
    data = packed(("results.json", b"{}"), ("huge.bin", b"\0" * 10_000), ("logs/", b""))
    assert read(data, lambda name: name == "results.json", file_bytes=100) == {"results.json": b"{}"}


BAD_NAMES = [
    "/etc/passwd", "../up", "a/../../up", "..", ".", "a\\..\\up", "C:/x", "", "a\nb", "a\0b", "\x1b[31m",
    "a\u202eb",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_could_lead_outside_is_refused_both_ways(name: str) -> None:
    with pytest.raises(BadBundle, match="refused"):
        make({name: b"x"})
    with pytest.raises(BadBundle, match="refused"):
        read(named(name), anything)


@pytest.mark.parametrize(
    "data",
    [
        packed((info("link", stat.S_IFLNK | 0o777), b"/etc/passwd")),
        packed((info("pipe", stat.S_IFIFO | 0o666), b"")),
        packed(("a", b"1"), ("b", b"2")).replace(b"b", b"a"),
        packed(("a", b"1"), method=zipfile.ZIP_LZMA),
        packed(("a", b"1"), method=zipfile.ZIP_BZIP2),
        encrypted(packed(("a", b"secret"))),
        packed(*((str(number), b"") for number in range(11))),
        packed(("zeros", b"\0" * 1001)),
        packed(("a", b"\0" * 900), ("b", b"\0" * 900), ("c", b"\0" * 900)),
        packed(("a", b"1"))[:-10],
        b"",
        b"no zip",
    ],
    ids=[
        "link", "pipe", "twice", "lzma", "bzip2", "encrypted", "many", "bomb", "together", "torn", "empty",
        "no zip",
    ],
)  # fmt: skip
def test_a_zip_made_to_do_harm_is_refused(data: bytes) -> None:
    with pytest.raises(BadBundle):
        read(data, anything, most=10, file_bytes=1000, total_bytes=2000)


@pytest.mark.parametrize("claimed", [0, 10, 2**32 - 2])
def test_a_lying_size_does_not_get_more_in(claimed: int) -> None:
    data = packed(("zeros", b"\0" * 100_000))
    directory, local = data.index(b"PK\x01\x02"), data.index(b"PK\x03\x04")
    for at in (directory + 24, local + 22):
        data = data[:at] + struct.pack("<I", claimed) + data[at + 4 :]
    with suppress(BadBundle):
        assert sum(map(len, read(data, anything, file_bytes=1000).values())) <= 1000


def test_a_million_entries_are_counted_before_any_is_built() -> None:
    directory = b"PK\x01\x02" + b"\0" * 42
    with pytest.raises(BadBundle, match="more than"):
        read(directory * 1_000_000, anything)


HONEST = packed(("results.json", b'{"schema": 1}' * 20), ("logs/a.txt", b"line\n" * 50))


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_zip_is_read_or_refused(data: st.DataObject) -> None:
    """Bytes changed anywhere: no other error, nothing beyond the limits."""
    damaged = bytearray(HONEST)
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), min_size=1, max_size=6)
    ):
        damaged[at] = byte
    with suppress(BadBundle):
        files = read(bytes(damaged), anything, file_bytes=500, total_bytes=800)
        assert sum(map(len, files.values())) <= 800


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(BadBundle):
        read(data, anything)
