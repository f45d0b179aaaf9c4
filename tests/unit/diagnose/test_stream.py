"""A log comes as blocks of whole lines with the right numbers, whatever it is."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.diagnose import stream


def blocks(text: bytes) -> list[tuple[bytes, int]]:
    return list(stream.blocks(io.BytesIO(text)))


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(stream, "BLOCK", 16)
    monkeypatch.setattr(stream, "OVERLAP", 4)


def test_nothing_makes_no_block():
    assert blocks(b"") == []


def test_colours_go_and_lines_stay():
    assert blocks(b"a\n\x1b[31mERROR\x1b[0m: no\n\x1b]0;title\x07b") == [(b"a\nERROR: no\nb", 1)]


def test_curly_quotes_are_read_as_plain_ones():
    text = "libc.so.6: version ‘GLIBC_2.28’ not found, “x” … é\n"
    assert blocks(text.encode()) == [("libc.so.6: version 'GLIBC_2.28' not found, \"x\" … é\n".encode(), 1)]


@pytest.mark.usefixtures("small_blocks")
def test_blocks_end_with_lines_and_know_their_first():
    assert blocks(b"1234567\n1234567\n12345\n12") == [(b"1234567\n1234567\n", 1), (b"12345\n12", 3)]


@pytest.mark.usefixtures("small_blocks")
def test_a_line_longer_than_a_block_comes_in_overlapping_parts():
    parts = blocks(b"0123456789abcdefghijklmnopqrstuvw\n" + b"x" * 15 + b"\nnext")
    assert parts[0] == (b"0123456789abcdef", 1)
    assert parts[1] == (b"cdefghijklmnopqrstuv", 1)
    assert parts[-1] == (b"x" * 15 + b"\nnext", 2)


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"").replace(b"\x1b", b""))))
def test_every_line_is_in_a_block_under_its_number(lines):
    text = b"\n".join([b"#", *lines])
    found = {}
    for block, first in stream.blocks(io.BytesIO(text)):
        for number, line in enumerate(block.split(b"\n"), first):
            found[number] = found.get(number, b"") or line
    assert [found.get(number, b"") for number in range(1, len(lines) + 2)] == text.split(b"\n")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_what_a_windows_shell_writes_is_read(encoding):
    text = "\ufeffline one\r\nerror: zwei\r\n"
    assert blocks(text.encode(encoding)) == [(b"line one\r\nerror: zwei\r\n", 1)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"plain", "plain"),
        (b"no \xff\xfe text", "no �� text"),
        (b"  \x00a\x07b  ", "ab"),
        ("right\u202eto left".encode(), "rightto left"),
    ],
)
def test_evidence_is_harmless_to_show(line, expected):
    assert stream.shown(line) == expected


def test_evidence_is_bounded():
    assert len(stream.shown(b"x" * 10_000)) == 400


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"exec: &quot;x&quot; &lt;a&gt; &#39;b&#x27; &amp;&amp;", b"exec: \"x\" <a> 'b' &&"),
        (rb"version \u2018GLIBC\u2019 \u003ca\u003E \u0026", b"version 'GLIBC' <a> &"),
        (rb"\u001b[31mERROR\u001b[0m", b"ERROR"),
        (b"a && b & c; \\user", b"a && b & c; \\user"),
    ],
)
def test_escapes_are_read_as_what_they_mean(written, meant):
    assert blocks(written) == [(meant, 1)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(encoding):
    assert blocks("Killed: é\n".encode(encoding)) == [("Killed: é\n".encode(), 1)]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"\0" * 257 + b"ustar", "tar"),
        (b"\x7fELF", "a program"),
    ],
)
def test_what_is_packed_or_no_text_is_named(start, kind):
    with pytest.raises(stream.NotText, match=kind):
        blocks(start + b"\0" * 99)
