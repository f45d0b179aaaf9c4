import pytest

from runner.output import lines


@pytest.mark.parametrize(
    ("output", "found"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"a\r\nb\rc", ["a", "b", "c"]),
        (b"a\n\rb", ["a", "", "b"]),
        (b"\n", [""]),
        (b"", []),
        ("a\vb\x85c\u2028d", ["a\vb\x85c\u2028d"]),  # what Python would split at, and the runner does not
        (b"\xff", ["\ufffd"]),
    ],
)
def test_lines_end_where_the_runner_ends_them(output: bytes | str, found: list[str]) -> None:
    assert lines(output) == found
