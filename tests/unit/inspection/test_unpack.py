from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.images import pieces
from tf_docker_check.errors import CannotJudge
from tf_docker_check.inspection.budget import Budget, TooMuch
from tf_docker_check.inspection.unpack import PIECE, Damaged, unpack


def whole(stored: bytes, size: int = 100) -> bytes:
    return b"".join(unpack(pieces(stored, size)))


@given(st.binary(max_size=5000), st.integers(1, 3000))
def test_gzip_is_unpacked_however_it_arrives(data, size):
    assert whole(gzip.compress(data), size) == data


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_all_members_of_a_gzip_file_count(parts):
    assert whole(b"".join(gzip.compress(part) for part in parts)) == b"".join(parts)


def test_padding_after_the_last_member_is_ignored():
    assert whole(gzip.compress(b"data") + bytes(300)) == b"data"


def test_plain_bytes_stay_as_they_are():
    assert whole(b"some tar", 1) == b"some tar"
    assert whole(b"") == b""


@pytest.mark.parametrize("cut", [3, 11, -9, -1])
def test_a_gzip_stream_that_ends_early_is_damage(cut):
    with pytest.raises(Damaged, match="gzip"):
        whole(gzip.compress(b"data" * 1000)[:cut])


@given(st.binary(max_size=500))
def test_no_bytes_after_a_gzip_magic_hang_or_raise_anything_else(data):
    with suppress(Damaged):
        assert len(whole(b"\x1f\x8b" + data)) <= 1032 * len(data)


def test_a_bomb_comes_in_small_pieces_and_is_stopped():
    packer = zlib.compressobj(9, wbits=31)
    stored = b"".join(packer.compress(bytes(1024**2)) for _ in range(64)) + packer.flush()
    assert max(map(len, unpack(iter([stored])))) <= PIECE
    with pytest.raises(TooMuch):
        for _ in Budget(unpacked=8 * 1024**2).meter(unpack(iter([stored])), lambda: len(stored)):
            pass


def test_zstd_is_unpacked_where_python_can():
    zstd = pytest.importorskip("backports.zstd")
    data = b"layer" * 10_000
    assert whole(zstd.compress(data)) == data
    assert whole(zstd.compress(data) + zstd.compress(b"more")) == data + b"more"
    with pytest.raises(Damaged, match="zstd"):
        whole(zstd.compress(data)[:-4])
    with pytest.raises(Damaged, match="zstd"):
        whole(b"\x28\xb5\x2f\xfd" + b"\xff" * 50)


def test_zstd_says_what_to_install_where_python_cannot(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "compression.zstd", None)
    monkeypatch.setitem(__import__("sys").modules, "compression", None)
    monkeypatch.setitem(__import__("sys").modules, "backports.zstd", None)
    monkeypatch.setitem(__import__("sys").modules, "backports", None)
    with pytest.raises(CannotJudge, match=r"tf-docker-check\[zstd\]"):
        whole(b"\x28\xb5\x2f\xfd" + bytes(20))
