"""A trigger is the longest piece without a gap, of each alternative."""

from __future__ import annotations

import pytest

from tf_docker_check.diagnose.trigger import trigger


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("no gap at all", "no gap at all"),
        ("short.{0,80}the longer one", "the longer one"),
        ("the longer one.*short", "the longer one"),
        (r"\bKilled\b", "Killed"),
        (r"one \S+ and another", " and another"),
        (r"version (?:\d+)?GLIBC", r"version (?:\d+)?GLIBC"),
        ("(?:first|second) half.+end", "(?:first|second) half"),
        ("(?:a.*b|c) then the rest", " then the rest"),
        ("one|two.*three", "one|three"),
        (r"in [)(|] brackets\) and \(more", r"in [)(|] brackets\) and \(more"),
        (r"[^\]]*after the class", "after the class"),
        ("letter[s]?", "letter"),
    ],
)
def test_a_trigger(pattern, expected):
    assert trigger(pattern) == expected
