from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.dockerfile.blocks import split_commands
from tf_docker_check.dockerfile.shell import blanked


def texts(text: str) -> list[list[str]]:
    return [list(command.texts) for command in split_commands(text, 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b && c || d; e | f & g", [["a", "b"], ["c"], ["d"], ["e"], ["f"], ["g"]]),
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ("pip install 'x; y == \"z\"'", [["pip", "install", 'x; y == "z"']]),
        ("a > /dev/null 2>&1 b", [["a", "b"]]),
        ("a &> log b", [["a", "b"]]),
        ("pip install x>=2", [["pip", "install", "x"]]),
        ("(a; b)", [["a"], ["b"]]),
        ("if a; then b; else c; fi", [["a"], ["b"], ["c"]]),
        ("X=1 Y='2 3' sudo -H env Z=4 a -b", [["a", "-b"]]),
        ("X=1", [[]]),
        ("a # b && c", [["a"]]),
        ("a # b\nc", [["a"], ["c"]]),
        ("a $(b c (d)) `e f` g", [["a", "$(b c (d))", "`e f`", "g"]]),
        ("a 'unclosed b", [["a", "'unclosed", "b"]]),
        ("", []),
    ],
)
def test_commands(text: str, expected: list[list[str]]) -> None:
    assert texts(text) == expected


def test_words_know_where_they_stand() -> None:
    text = "pip  install 'tensorflow==2.17.1'"
    (command,) = split_commands(text, 100)
    assert [text[word.start - 100 : word.end - 100] for word in command.words] == [
        "pip",
        "install",
        "'tensorflow==2.17.1'",
    ]


def test_comments_and_continuations_become_blanks_of_the_same_length() -> None:
    text = "a \\\nb \\  \n  # a comment \\\n\nc"
    plain = blanked(text)
    assert [line.split() for line in plain.split("\n")] == [["a", "b"], [], ["c"]]
    assert len(plain) == len(text)


@given(st.text(alphabet="ab'\"\\ \n;&|()<>$`#{}=", max_size=60))
def test_whatever_the_text_words_are_slices_of_it(text: str) -> None:
    for word in (word for command in split_commands(text) for word in (*command.words, *command.assignments)):
        assert 0 <= word.start < word.end <= len(text)
        assert not text[word.start].isspace()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["'", '"', "$(", "$((", "\\", "`", "(", "&&", "a\\\n", "#"])
def test_long_and_odd_text_takes_no_time(piece: str) -> None:
    text = blanked(piece * 100_000)
    found = [word for command in split_commands(text, 0) for word in command.words]
    assert sum(word.end - word.start for word in found) <= len(text)
