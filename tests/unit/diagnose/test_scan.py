"""Places are numbered from 1, bounded, and found in any wrapping."""

from __future__ import annotations

import io

import pytest

from tf_docker_check.diagnose import scan as room
from tf_docker_check.diagnose.scan import scan

KILLED = "host-oom/oom-killer"
LINE = b"Reason:       OOMKilled"


def lines_of(text: bytes, name: str = KILLED) -> list[int]:
    return [place.line for place in scan(io.BytesIO(text)).get(name, ())]


@pytest.mark.parametrize(
    "wrapped",
    [
        b"2024-06-28T00:03:52.4936380Z " + LINE,
        b"#12 34.52 " + LINE,
        b"\x1b[31;1m" + LINE + b"\x1b[0m",
        b"Downloading 10%\rDownloading 50%\r" + LINE + b"\r",
        b"worker-1  | " + LINE,
        b'{"log":"' + LINE + b'\\n","stream":"stderr"}',
        b"\x00\xff\xfe" + LINE + b"\x80",
        b"x" * 50_000 + LINE + b"y" * 50_000,
        LINE + b"\r\n",
    ],
)
def test_a_message_is_found_in_any_wrapping(wrapped):
    assert lines_of(b"first\n" + wrapped + b"\nlast\n") == [2]


def test_numbers_hold_over_blocks(monkeypatch):
    monkeypatch.setattr("tf_docker_check.diagnose.stream.BLOCK", 4096)
    text = b"ordinary line\n" * 5000 + LINE + b"\n" + b"ordinary line\n" * 5000 + LINE
    assert lines_of(text) == [5001, 10002]


def test_one_endless_line_without_end_is_searched(monkeypatch):
    monkeypatch.setattr("tf_docker_check.diagnose.stream.BLOCK", 4096)
    monkeypatch.setattr("tf_docker_check.diagnose.stream.OVERLAP", 64)
    for before in range(4080, 4100):
        assert lines_of(b"x" * before + b" " + LINE + b"x" * 9000) == [1], before


def test_what_stands_everywhere_is_kept_a_few_times_only():
    assert lines_of((LINE + b"\n") * 1000) == list(range(1, room.KEPT + 1))


def test_what_stands_everywhere_hides_nothing_else():
    text = (LINE + b"\n") * 1000 + b"FATAL: kernel too old\n"
    assert lines_of(text, "kernel-too-old/glibc-says") == [1001]


def test_in_a_long_line_the_message_itself_is_kept():
    (place,) = scan(io.BytesIO(b"x" * 3000 + LINE)).get(KILLED, ())
    assert b"OOMKilled" in place.text[:400]


@pytest.mark.parametrize(("free", "counts"), [(7438598144, True), (1000, False)])
def test_a_clue_with_a_share_compares_its_numbers(free, counts):
    text = f"cuda_dnn.cc:538] Memory usage: {free} bytes free, 8589410304 bytes total.".encode()
    assert bool(lines_of(text, "memory-mostly-free")) is counts
