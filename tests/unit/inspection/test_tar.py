from __future__ import annotations

import tarfile
from contextlib import nullcontext, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.images import pieces, tar
from tf_docker_check.inspection.tar import Entry, Forward, entries
from tf_docker_check.inspection.unpack import Damaged

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=120)
FORMS = st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])


def listed(data: bytes) -> list[tuple[Entry, bytes]]:
    return [(entry, b"".join(body.chunks())) for entry, body in entries(Forward(pieces(data)))]


@given(st.dictionaries(NAMES, st.one_of(st.binary(max_size=1500), NAMES, st.none()), max_size=6), FORMS)
def test_whatever_the_standard_library_writes_is_read_back(files, form):
    read = {entry.name.rstrip("/"): (entry, data) for entry, data in listed(tar(files, form))}
    assert set(read) == {name.rstrip("/") for name in files}
    for name, content in files.items():
        entry, data = read[name]
        if content is None:
            assert entry.kind == "dir"
        elif isinstance(content, str):
            assert (entry.kind, entry.target) == ("symlink", content)
        else:
            assert (entry.kind, entry.size, data) == ("file", len(content), content)


def test_bodies_that_nobody_reads_are_passed_over():
    data = tar({"a": b"x" * 5000, "b": b"yes"})
    found = {}
    for entry, body in entries(Forward(pieces(data, 77))):
        found[entry.name] = body.take(3)
    assert found == {"a": b"xxx", "b": b"yes"}


def test_sizes_beyond_octal_are_read():
    info = tarfile.TarInfo("big")
    info.size = 9 * 1024**3
    header = info.tobuf(tarfile.GNU_FORMAT)
    entry, _ = next(entries(Forward(iter([header]))))
    assert entry.size == 9 * 1024**3


def test_a_file_that_claims_more_than_there_is_is_damage_not_a_wait():
    info = tarfile.TarInfo("a")
    info.size = 4 * 1024**3
    with pytest.raises(Damaged, match="ends in the middle"):
        listed(info.tobuf() + bytes(1024))


@pytest.mark.parametrize(
    "size", [4 * 1024**3, 2 * 1024**2], ids=["as long as a layer", "longer than any path"]
)
def test_extension_headers_are_bounded(size):
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, size
    with pytest.raises(Damaged, match="damaged"):
        listed(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))


def test_a_chain_of_extension_headers_ends():
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 0
    with pytest.raises(Damaged):
        listed(info.tobuf() * 100_000)


@pytest.mark.parametrize(
    "record", [b"0 path=x\n", b"99999999999999999999 a=b\n", b"-5 a=b\n", b"12 path", b"\xff"]
)
def test_malformed_pax_records_are_damage(record):
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, len(record)
    with pytest.raises(Damaged):
        listed(info.tobuf() + record.ljust(512, b"\0") + tar({"a": b""}))


@given(st.binary(max_size=3000))
def test_no_bytes_hang_or_raise_anything_else(data):
    with pytest.raises(Damaged) if data[:512] != bytes(512) else nullcontext():
        listed(data)


@given(st.data())
def test_no_mutation_hangs_or_raises_anything_else(data):
    whole = bytearray(tar({"a" * 150: b"x" * 700, "b": "a", "c": b"y"}))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Damaged):
        assert len(listed(bytes(whole))) <= 3
