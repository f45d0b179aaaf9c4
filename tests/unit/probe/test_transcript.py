from __future__ import annotations

import pytest

from tf_docker_check.probe.transcript import Transcript


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
def test_how_it_began_and_how_it_ended_is_kept(size: int) -> None:
    text, transcript = "".join(f"{n:04}" for n in range(200)), Transcript(8, 12)
    for start in range(0, len(text), size):
        transcript.add(text[start : start + size])
    assert str(transcript) == "00000001\n[… 780 characters left out …]\n019701980199"


def test_what_fits_is_kept_whole() -> None:
    transcript = Transcript(4, 4)
    for text in ("abc", "", "defgh"):
        transcript.add(text)
    assert str(transcript) == "abcdefgh"
