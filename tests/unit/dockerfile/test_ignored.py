"""What .dockerignore leaves out, by the rules of https://docs.docker.com/build/concepts/context/#syntax."""

from __future__ import annotations

import pytest

from tf_docker_check.dockerfile.ignored import read_ignored


@pytest.mark.parametrize(
    ("patterns", "path", "is_out"),
    [
        ("", "a", False),
        ("# a\n\na", "a", True),
        ("a", "a/b/c", True),
        ("a", "b/a", False),
        ("/a", "a", True),
        ("./a/", "a/b", True),
        ("*.txt", "a.txt", True),
        ("*.txt", "b/a.txt", False),
        ("*/*.txt", "b/a.txt", True),
        ("**/*.txt", "c/b/a.txt", True),
        ("**/*.txt", "a.txt", True),
        ("a?", "ab", True),
        ("a?", "a", False),
        ("[ab].txt", "b.txt", True),
        ("*\n!a", "a", False),
        ("*\n!a", "b", True),
        ("*\n!a/b.txt", "a/b.txt", False),
        ("a\n!a/b\na/b/c", "a/b/c", True),
        ("*" * 50, "a", True),
        ("[a-c]", "b", True),
        ("[^a]", "a", False),
    ],
)
def test_what_is_left_out(patterns: str, path: str, is_out: bool) -> None:
    assert (path in read_ignored(patterns)) is is_out


@pytest.mark.timeout(10)
def test_long_patterns_and_paths_take_no_time() -> None:
    ignored = read_ignored("**/a**/b\n" * 1000)
    for number in range(200):
        assert f"{'a/' * 90}{number}c" not in ignored
    assert "a/" * 100_000 not in ignored
