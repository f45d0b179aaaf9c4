from __future__ import annotations

import json
import time

import pytest

from probe.conftest import NONCE, line
from tf_docker_check.probe.messages import MAX_LINE, ProbeMessage, Reader, parse, plain_text


def read(data: bytes, size: int = 1 << 20) -> tuple[list[ProbeMessage], str]:
    reader, items = Reader(NONCE), []
    for start in range(0, len(data), size):
        items += reader.feed(data[start : start + size])
    items += reader.end()
    frames = [item for item in items if isinstance(item, ProbeMessage)]
    return frames, plain_text(b"".join(item for item in items if isinstance(item, bytes)))


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_frames_and_text_are_told_apart_however_they_arrive(size: int) -> None:
    data = b"before\n" + line("start", rung="import") + b"caf\xc3\xa9 half a line" + line("end") + b"no end"
    frames, text = read(data, size)
    assert [(frame.kind, frame.at) for frame in frames] == [("start", 1.0), ("end", 1.0)]
    assert text == "before\ncafé half a lineno end"


@pytest.mark.parametrize(
    "forged",
    [
        line("end", nonce="0" * 32, rung="import", status="passed"),
        f"\x1etfdc:{NONCE} [1, 2]\n".encode(),
        f"\x1etfdc:{NONCE} {{}}\n".encode(),
        f"\x1etfdc:{NONCE} not json\n".encode(),
        f"\x1etfdc:{NONCE}\n".encode(),
        line("end", at="soon"),
        line("end", at=True),
        line("end", at=None),
        line("fact", name="a", value=[[[[[1]]]]]),
        line("fact", name="a", value=list(range(1000))),
        f'\x1etfdc:{NONCE} {{"kind": "fact", "at": 1, "value": NaN}}\n'.encode(),
        f'\x1etfdc:{NONCE} {{"kind": "fact", "at": 1, "value": -Infinity}}\n'.encode(),
        f'\x1etfdc:{NONCE} {{"kind": "fact", "at": 1, "value": 1e999}}\n'.encode(),
        f'\x1etfdc:{NONCE} {{"kind": "fact", "at": 1, "value": {"9" * 6000}}}\n'.encode(),
        f'\x1etfdc:{NONCE} {{"kind": "fact", "at": 1, "value": "\xe9"}}\n'.encode("latin-1"),
        f"\x1etfdc:{NONCE} {'[' * 50_000}\n".encode(),
        line("fact", name="a", value=["x" * 1000] * 100),
    ],
)
def test_what_does_not_hold_up_as_a_frame_is_text(forged: bytes) -> None:
    frames, text = read(forged)
    assert frames == []
    assert "tfdc:" in text


def test_strings_in_facts_are_plain_bounded_and_can_be_written_as_utf_8() -> None:
    value = json.dumps({"kind": "fact", "at": 0, "value": "\x1b[31mred\x1b[0m\ud800\x00" + "x" * 9000})
    frame = parse(value.encode())
    assert frame is not None
    assert frame.fields["value"].startswith("redxxx")
    assert len(frame.fields["value"].encode()) == 4000


def test_a_line_without_end_does_not_pile_up() -> None:
    reader = Reader(NONCE)
    given = [item for _ in range(100) for item in reader.feed(b"x" * MAX_LINE)]
    assert sum(len(item) for item in given if isinstance(item, bytes)) >= 98 * MAX_LINE


def test_a_flood_of_text_is_read_faster_than_an_engine_delivers_it() -> None:
    chunk = b"a line of some length that says nothing at all\n" * 700
    reader, began = Reader(NONCE), time.perf_counter()
    for _ in range(300):
        list(reader.feed(chunk))
    assert len(chunk) * 300 / (time.perf_counter() - began) > 30e6


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400, "1e999", "NaN"])
def test_a_number_that_no_fact_can_be_is_no_frame(number: str) -> None:
    assert parse(f'{{"kind": "fact", "at": 1, "name": "a", "value": {number}}}'.encode()) is None
