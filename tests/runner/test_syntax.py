import pytest

from runner.syntax import Command, parse

NAMES = {"error", "set-output", "stop-commands"}


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("::error::x", Command("error", "x")),
        ("  \t\u00a0::ERROR::x", Command("error", "x")),
        ("::error file=a,line=3::x", Command("error", "x", {"file": "a", "line": "3"})),
        ("::error file=a%2Cb%3Ac%250A::%25%0A", Command("error", "%\n", {"file": "a,b:c%0A"})),
        ("::error title=a=b,flag::x", Command("error", "x", {"title": "a=b"})),
        ("::error::a::b", Command("error", "a::b")),
        ("##[error]x", Command("error", "x")),
        ("a ##[error]x", Command("error", "x")),
        ("##[set-output name=a;x=%5D%3B]%5D", Command("set-output", "]", {"name": "a", "x": "];"})),
        ("x ::error::x", None),
        ("::error:x", None),
        ("::unknown::x", None),
        ("##[unknown]x", None),
        ("##[unknown] ##[error]x", None),  # only the first is looked at
        ("##error]x", None),
        ("## [error]x", None),
        ("::unknown:: ##[error]x", Command("error", "x")),
        ("\u200b::error::x", Command("error", "x")),  # which ICU may look through
        ("##\u00ad[error]x", Command("error", "x")),
        ("", None),
    ],
)
def test_a_command_is_what_the_runner_takes_for_one(line: str, command: Command | None) -> None:
    assert parse(line, NAMES) == command
