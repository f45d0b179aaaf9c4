from __future__ import annotations

import pytest

from tf_docker_check.engine.stream import LONGEST_LINE, Lines

OUT, ERR = 1, 2


def frame(stream: int, payload: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


def read(data: bytes, piece: int) -> list[bytes]:
    lines = Lines()
    whole = [line for start in range(0, len(data), piece) for line in lines.feed(data[start : start + piece])]
    return [*whole, *lines.rest()]


@pytest.mark.parametrize("piece", [1, 3, 7, 1000])
def test_a_line_of_one_stream_is_never_cut_by_the_other(piece: int) -> None:
    data = (
        frame(OUT, b'{"frame": ') + frame(ERR, b"W0000 careful\n") + frame(OUT, b"1}\nta") + frame(OUT, b"il")
    )
    assert read(data, piece) == [b"W0000 careful\n", b'{"frame": 1}\n', b"tail"]


def test_a_line_without_end_is_let_go_at_a_bound() -> None:
    data = frame(OUT, b"x" * (LONGEST_LINE + 1)) + frame(OUT, b"y")
    assert [len(line) for line in read(data, 64 * 1024)] == [LONGEST_LINE + 1, 1]
