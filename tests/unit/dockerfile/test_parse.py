"""Where the pieces of a Dockerfile stand, and the words in which one is refused."""

from __future__ import annotations

import pytest

from tf_docker_check.dockerfile.instructions import Instruction, Word
from tf_docker_check.dockerfile.parse import directives, parse_dockerfile
from tf_docker_check.errors import UsageError

TEXT = """\
\ufeff# syntax = docker/dockerfile:1
# escape=`
FROM --platform=linux/amd64 pyth`
# why
on:3 AS `
  base
ENV A="b c" D=`
e F=\r
COPY <<one <<-'two' /
1
one
\t2
\ttwo
ONBUILD RUN ["x", "\\u0079"]
"""


def pieces(instruction: Instruction, word: Word) -> str:
    """What the file holds of *word*, without what stands between its pieces."""
    return "".join(TEXT[start:end] for start, end in instruction.line.fragments(word))


def test_every_word_is_where_it_says() -> None:
    instructions = parse_dockerfile(TEXT, "Dockerfile")
    for instruction in instructions[:3]:
        for word in (*instruction.flags, *instruction.words):
            assert pieces(instruction, word) == word.text
    start, env, copy, onbuild = instructions
    assert [word.text for word in start.words] == ["python:3", "AS", "base"]
    assert TEXT[start.words[0].start : start.words[0].end] == "pyth`\n# why\non:3"
    assert start.flag("platform") == "linux/amd64"
    assert [(name.text, value.text) for name, value in env.pairs] == [("A", '"b c"'), ("D", "e"), ("F", "")]
    assert [(one.name, one.strips_tabs, one.expands) for one in copy.heredocs] == [
        ("one", False, True),
        ("two", True, False),
    ]
    assert [TEXT[one.start : one.end] for one in copy.heredocs] == ["1\n", "\t2\n"]
    assert TEXT[copy.start : copy.end].endswith("\ttwo")
    assert onbuild.trigger
    assert [word.text for word in onbuild.trigger.words] == ["x", "y"]
    assert [pieces(onbuild, word) for word in onbuild.trigger.words] == ['"x"', '"\\u0079"']


def test_directives_know_their_place() -> None:
    assert {name: value.text for name, value in directives(TEXT).items()} == {
        "syntax": "docker/dockerfile:1",
        "escape": "`",
    }
    assert TEXT[directives(TEXT)["syntax"].start :].startswith("docker/dockerfile:1\n")


def test_what_newer_buildkits_read_otherwise_than_the_parser_we_compare_with() -> None:
    first, *others = parse_dockerfile(
        '# check=skip=all\n# escape=`\nFROM a`\nb\nRUN << E\nx\nE\nRUN ["a"] && b\n', "Dockerfile"
    )
    assert first.words[0].text == "ab"
    assert [one.name for one in others[0].heredocs] == ["E"]
    assert not others[1].json


UNREADABLE = "invalid Dockerfile"


@pytest.mark.parametrize(
    ("text", "what", "why"),
    [
        ("", f"Dockerfile: {UNREADABLE}", "it has no instructions"),
        ("# a\n# b\n", f"Dockerfile:2: {UNREADABLE}", "it has no instructions"),
        ("FROM a\n\0", "Dockerfile is not a text file", ""),
        ("FROM a\n\ud800", "Dockerfile is not a text file", ""),
        ("\\", "Dockerfile:1: '' is not a Dockerfile instruction", ""),
        ("FROM a\n\nRUN <<E\nx\n", f"Dockerfile:3: {UNREADABLE}", "the here-document 'E' has no end"),
        (
            "#escape=`\n#escape=`\nFROM a",
            f"Dockerfile:2: {UNREADABLE}",
            "duplicate directive escape",
        ),
        ("FROM a\nENV A\n", f"Dockerfile:2: {UNREADABLE}", "a name without a value: write NAME=value"),
    ],
)
def test_a_refusal_says_where_and_why(text: str, what: str, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_dockerfile(text, "Dockerfile")
    assert (refused.value.what, refused.value.why) == (what, why)
