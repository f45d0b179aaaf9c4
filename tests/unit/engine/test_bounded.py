from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.engine.bounded import Bounded, tail


def kept(limit: int, *pieces: bytes) -> Bounded:
    bounded = Bounded(limit)
    for piece in pieces:
        bounded.add(piece)
    return bounded


def test_what_fits_is_kept_whole() -> None:
    assert kept(8, b"abcd", b"", b"efgh").value() == b"abcdefgh"


def test_the_middle_goes_and_its_size_is_said() -> None:
    assert kept(8, b"0123456789", b"abcdef").value() == b"01\n[... 8 bytes dropped ...]\nabcdef"


@given(st.integers(0, 50), st.lists(st.binary(max_size=30)))
def test_nothing_is_lost_uncounted(limit: int, pieces: list[bytes]) -> None:
    bounded = kept(limit, *pieces)
    whole = b"".join(pieces)
    assert bounded.dropped == max(len(whole) - limit, 0)
    if not bounded.dropped:
        assert bounded.value() == whole


@pytest.mark.parametrize(
    ("limit", "expected"), [(20, "one\ntwo\nthree"), (11, "three"), (5, "three"), (3, "ree")]
)
def test_a_tail_begins_with_a_whole_line_where_it_can(limit: int, expected: str) -> None:
    assert tail("one\ntwo\nthree", limit).splitlines()[-1] == expected.splitlines()[-1]
    assert len(tail("one\ntwo\nthree", limit)) <= limit
