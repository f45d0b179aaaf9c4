import pytest

from runner.file_commands import Malformed, environment, pairs, paths


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=1\nb=2\n", [("a", "1"), ("b", "2")]),
        ("a=b=c", [("a", "b=c")]),
        ("a=b<<c\n", [("a", "b<<c")]),
        ("a<<END\n1\n2\nEND\nb=3\n", [("a", "1\n2"), ("b", "3")]),
        ("a<<E=F\nx\nE=F", [("a", "x")]),
        ("a<<END\nEND\n", [("a", "")]),
        ("a<<END\n\nEND\n", [("a", "")]),
        ("a<<END\n END\nENDE\nEND\n", [("a", " END\nENDE")]),
        ("\n\na=1\n\n", [("a", "1")]),
        ("a=x\r\n", [("a", "x\r")]),
        ("", []),
    ],
)
def test_entries_come_out_as_the_runner_has_them(text: str, found: list[tuple[str, str]]) -> None:
    assert list(pairs(text)) == found


@pytest.mark.parametrize("text", ["a", "=1", "<<END\nx\nEND\n", "a<<\nx\n", "a<<END\nx\n", "a=1\nEND"])
def test_a_file_in_no_form_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        list(pairs(text))


def test_some_variables_are_never_set() -> None:
    assert environment("A=1\n") == {"A": "1"}
    with pytest.raises(Malformed, match="NODE_OPTIONS"):
        environment("node_options=--require /evil\n")


def test_paths_are_lines() -> None:
    assert paths("/a\n\n/b\n") == ["/a", "/b"]
