from __future__ import annotations

import pytest

from tf_docker_check.config.document import MOST_BYTES, read
from tf_docker_check.config.layer import Place
from tf_docker_check.errors import UsageError


@pytest.mark.parametrize(
    "text", ["2.10", "3.10", "on", "off", "yes", "2026-12-31", "1000:1000", "0x10", "1e3", ".5", "true", "12"]
)
def test_a_scalar_is_what_was_written(text: str) -> None:
    layer, mistakes = read(f"a: {text}\n{text}: [{text}]\n".encode(), "f")
    assert layer.values == {"a": text, text: [text]}
    assert mistakes == []


@pytest.mark.parametrize("text", ["", "~", "null", "Null"])
def test_nothing_is_nothing_unless_quoted(text: str) -> None:
    assert read(f"a: {text}\nb: '{text}'\n".encode(), "f")[0].values == {"a": None, "b": text}


def test_every_value_knows_its_place_also_through_aliases() -> None:
    layer, _ = read(b"\xef\xbb\xbfa: &x\n  - {b: 1}\nc: *x\n", "f")
    assert layer.values == {"a": [{"b": "1"}], "c": [{"b": "1"}]}
    assert layer.place(("a", 0, "b")) == Place("f", 2, 9)
    assert layer.place(("c", 0, "b")) == Place("f", 2, 9)
    assert layer.key(("c",)) == Place("f", 3, 1)
    assert layer.place(("c", 7, "unknown")) == layer.place(("c",))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (
            b"a: [1\n",
            "f:2:1: invalid YAML: while parsing a flow sequence, did not find expected ',' or ']'",
        ),
        (
            b"a:\n\tb: 1\n",
            "f:2:1: invalid YAML: while scanning for the next token, "
            "found character that cannot start any token",
        ),
        (b"a: b: c\n", "f:1:5: invalid YAML: mapping values are not allowed in this context"),
        (b"a: *b\n", "f:1:4: invalid YAML: found undefined alias"),
        (
            b"a: 1\n---\nb: 2\n",
            "f:2:1: invalid YAML: expected a single document in the stream, but found another document",
        ),
        (b"a: 1\nb: \x01\n", "f:2:1: invalid YAML: control characters are not allowed"),
        (b"a: 1\nb: \xff\n", "f:2:1: this is not UTF-8 text"),
        (b"- a\n", "f:1:1: a mapping of keys to values is expected"),
        (b"text\n", "f:1:1: a mapping of keys to values is expected"),
        (b"a: &a [*a]\n", "f:1:4: more than 20000 values, or a recursive alias"),
        (b"[" * 1000, "f:1:31: nested more than 30 levels deep"),
        (b"- " * 400_000, "f:1:61: nested more than 30 levels deep"),
        (b"#" * (MOST_BYTES + 1), "f is larger than 1048576 bytes, the limit for configuration files"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(data: bytes, what: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(data, "f")
    assert raised.value.what == what


def test_tabs_are_told_as_such() -> None:
    with pytest.raises(UsageError) as raised:
        read(b"a:\n\tb: 1\n", "f")
    assert raised.value.remedy == "indent with spaces: YAML allows no tabs there"


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(UsageError, match="more than 20000 values"):
        read("\n".join(lines).encode(), "f")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a: 1\na: 2\n", "f:2:1: duplicate key 'a'; first on line 1"),
        ("a: {b: 1, b: 2}\n", "f:1:11: duplicate key 'b'; first on line 1"),
        ("? [a]\n: 1\n", "f:1:3: a key must be a plain scalar"),
        ("a: !env HOME\n", "f:1:4: unsupported YAML tag '!env'"),
    ],
)
def test_mistakes_that_yaml_lets_pass(text: str, mistake: str) -> None:
    assert [str(each) for each in read(text.encode(), "f")[1]] == [mistake]


@pytest.mark.parametrize(
    ("text", "merged"),
    [
        ("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", {"y": "3", "x": "1"}),
        ("a: &a {x: 1}\nc: &c {x: 2, z: 3}\nb: {<<: [*a, *c]}", {"x": "1", "z": "3"}),
        ("a: &a {x: 1}\nc: &c {<<: *a, z: 3}\nb: {<<: *c}", {"z": "3", "x": "1"}),
    ],
)
def test_merge_keys_are_merged_and_what_is_written_wins(text: str, merged: dict[str, str]) -> None:
    layer, mistakes = read(text.encode(), "c.yml")
    assert layer.values["b"] == merged
    assert layer.key(("b", "x")).line == 1
    assert mistakes == []


@pytest.mark.parametrize("text", ["b: {<<: 1}", "b: {<<: [1]}"])
def test_what_cannot_be_merged_is_a_mistake(text: str) -> None:
    assert "must be a mapping" in str(read(text.encode(), "c.yml")[1][0])


def test_a_mapping_that_merges_itself_is_refused() -> None:
    with pytest.raises(UsageError, match="recursive alias"):
        read(b"a: &a {<<: *a}", "c.yml")
