"""Workflow commands: strangers' text in our output, read by the runner's own rules."""

from __future__ import annotations

from hypothesis import strategies as st

from attacks import attacks, everything
from fuzz.bend import bent
from runner.output import lines
from runner.reading import commands
from tf_docker_check.gha.commands import command, group, harmless, harmless_lines, inert, mask

TOKENS = (
    *(
        "::error::",
        "::",
        "##[error]",
        "##[",
        "#",
        "[",
        "]",
        "::stop-commands::x",
        "::set-output name=a::b",
        "%0A",
    ),
    *(
        ":",
        'File "a.py", line 1, in b',
        "\u0301",
        "\ufe0f",
        "\u200d",
        "::add-mask::",
        "::endgroup::",
        "%25",
        ",",
    ),
)
INPUTS = st.tuples(*[bent([*everything(), "some text\nof two lines"], [*TOKENS, *attacks("log")])] * 3)


def check(value: tuple[str, str, str]) -> None:
    text, title, other = value
    assert commands(f"{inert(text)}::notice::after") == [("notice", {}, "after")]
    assert commands("\n".join(lines(inert(text))[1:-1])) == []  # by a runner that never stopped
    assert commands(harmless(text)) == []
    assert len(lines(harmless(text))) <= 1
    assert commands(harmless_lines(text)) == []
    named = f"{title}."  # the runner trims what follows the command's name
    assert commands(command("error", text, title=named)) == [("error", {"title": named}, text)]
    assert [name for name, _, _ in commands(group(title, other))] == ["group", "endgroup"]
    if _is_text(other):
        assert {name for name, _, _ in commands(mask(other))} <= {"add-mask"}


def _is_text(text: str) -> bool:
    """Whether the environment can hold it: a secret comes from there."""
    try:
        return bool(text.encode()) and "\0" not in text
    except UnicodeEncodeError:
        return False
