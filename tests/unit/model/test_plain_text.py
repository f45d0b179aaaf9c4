from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tf_docker_check.model.text import one_line, plain, tail

VISIBLE_FORMAT = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain é 漢 🙂", "plain é 漢 🙂"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("before\n\x1b]0;unfinished\nafter", "before\n\nafter"),
        ("\x1bPunfinished\rafter\x9dx\r\nmore", "\nafter\nmore"),
        ("\x1b(Bcharset \x1b7saved", "charset saved"),
        ("\x1b[", ""),
        ("10%\r20%\r\nend\v\f\x85\u2028\u2029", "10%\n20%\nend\n\n\n\n\n"),
        ("a\tb", "a\tb"),
        ("user\u202egnp.exe\u2066\u200b\ufeff\u00ad", "usergnp.exe"),
        ("\x00\x07\x08\x7f\ud800\ufffe", ""),
        ("tag\U000e0041\U000e007f", "tag"),
    ],
)
def test_plain(raw, shown):
    assert plain(raw) == shown


@given(some.text(alphabet=some.characters()))
def test_nothing_unseen_survives_and_nothing_is_left_to_do(text):
    shown = plain(text)
    left = {each for each in shown if category(each) in {"Cc", "Cs", "Cf"}} - {"\n", "\t"} - VISIBLE_FORMAT
    assert not {each for each in left if not "\U00013430" <= each <= "\U0001343f"}  # hieroglyph joiners
    assert plain(shown) == shown
    shown.encode()


def test_every_invisible_format_character_goes():
    formats = [chr(code) for code in range(0x110000) if category(chr(code)) == "Cf"]
    kept = {each for each in formats if plain(each)} - VISIBLE_FORMAT
    assert all("\U00013430" <= each <= "\U0001343f" for each in kept)


def test_an_unfinished_escape_of_a_megabyte_is_no_trouble():
    assert len(plain("\x1b]" * 500_000)) == 0
    assert plain("\x1b[" + ";" * 1_000_000).strip(";") == ""


@given(some.text(), some.integers(1, 20))
def test_one_line_is_one_and_bounded(text, limit):
    assert len(one_line(text, limit)) <= limit
    assert "\n" not in one_line(text, limit)


def test_one_line_says_that_it_was_cut():
    assert one_line("a  b\nc d", 5) == "a b…"


@pytest.mark.parametrize(("lines", "kept"), [(0, ""), (1, "c"), (2, "bbb…\nc"), (9, "a\nbbb…\nc")])
def test_tail(lines, kept):
    assert tail("\na\nbbbbbb\nc\n\n", lines, width=4) == kept
