from __future__ import annotations

import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.images import pieces, shared_object, tar
from tf_docker_check.errors import CannotJudge
from tf_docker_check.inspection import layer
from tf_docker_check.inspection.budget import Budget, TooMuch

SITE = "usr/lib/python3.12/site-packages"
FILES = {
    "etc/os-release": b'ID=debian\nVERSION_ID="13"\n',
    "etc/shadow": b"root:secret",
    f"{SITE}/numpy/core.so": shared_object("core.so", ["libm.so.6"]),
    "usr/lib/x86_64-linux-gnu/libc.so.6": b"\x7fELF\0GNU C Library (Debian GLIBC 2.41-12) stable "
    b"release version 2.41.\n",
    "usr/bin/python3.12": b"\x7fELF\x003.12.7\x00unrelated 3.1\x00",
}


def test_one_pass_keeps_little_and_knows_every_size():
    read = layer.read(pieces(gzip.compress(tar(FILES))), Budget())
    assert {path: file.size for path, file in read.files.items()} == {n: len(c) for n, c in FILES.items()}
    assert read.files["etc/os-release"].content == FILES["etc/os-release"]
    assert read.files["etc/shadow"].content is None
    assert read.files[f"{SITE}/numpy/core.so"].elf.needed == ("libm.so.6",)
    assert read.files["usr/lib/x86_64-linux-gnu/libc.so.6"].content == b"2.41"
    assert read.files["usr/bin/python3.12"].content == b"3.12.7"
    assert read.unpacked == sum(map(len, FILES.values()))


@pytest.mark.parametrize("text", [b"3.11.0rc1", b"3.13.0b2", b"3.14.0a1+", b"2.7.18"])
def test_python_versions_are_told_to_the_candidate(text):
    assert layer.find_versions(b"abc\0" + text + b"\0def") == text


def test_the_stored_bytes_are_read_to_their_end_so_that_a_digest_can_be_judged():
    ended = False

    def stored():
        nonlocal ended
        yield gzip.compress(tar(FILES)) + bytes(5000)
        ended = True

    layer.read(stored(), Budget())
    assert ended


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        (Budget(entries=3), "too many files"),
        (Budget(unpacked=1000), "too large"),
        (Budget(kept=10), "package data is too large"),
        (Budget(seconds=-1), "too long"),
    ],
)
def test_every_bound_ends_it(budget, why):
    with pytest.raises(TooMuch, match=why):
        layer.read(pieces(tar(FILES)), budget)


@given(st.integers(0, 2**32), st.booleans())
def test_no_mutation_of_a_layer_hangs_or_raises_anything_else(seed, packed):
    chance = random.Random(seed)
    data = bytearray(gzip.compress(tar(FILES)) if packed else tar(FILES))
    for _ in range(chance.randint(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    del data[chance.randint(len(data) // 2, len(data)) :]
    try:
        read = layer.read(pieces(bytes(data)), Budget(seconds=20))
    except CannotJudge:
        return
    assert len(read.files) <= len(FILES) + 1
