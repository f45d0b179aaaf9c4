"""Lines that were broken at a width are read whole, and their numbers stay."""

from __future__ import annotations

import io
import textwrap

import pytest

from tf_docker_check.diagnose.scan import scan
from tf_docker_check.diagnose.wrapping import unwrap

MESSAGE = (
    'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]] '
    "and some more words that make this line longer than any terminal is wide, so that it is broken thrice."
)
NAME = "gpu-not-exposed/no-device-driver"


def cut(text: str, width: int) -> str:
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


@pytest.mark.parametrize("width", range(60, 100))
@pytest.mark.parametrize("broken", [cut, textwrap.fill])
def test_a_broken_message_is_found_at_its_first_line(broken, width):
    seen = scan(io.BytesIO(f"first\n{broken(MESSAGE, width)}\nlast".encode()))
    assert seen[NAME][0].line in (2, 3)


def test_the_rest_of_a_terminals_row_is_no_gap():
    (whole, *_) = unwrap(b"No versions of se" + b" " * 60 + b"rvable x found\n")
    assert whole == b"No versions of servable x found\n"


@pytest.mark.parametrize("text", ["short\nlines\n", "x" * 300 + "\ny\n", ""])
def test_what_does_not_look_broken_is_left_alone(text):
    assert list(unwrap(text.encode())) == []


def test_a_text_that_was_not_copied_is_not_joined():
    assert NAME not in scan(io.BytesIO(cut(MESSAGE, 80).encode()), copied=False)
