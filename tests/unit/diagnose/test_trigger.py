"""A trigger is the longest piece without a gap, of each alternative."""

from __future__ import annotations

import json

import pytest
from report.conftest import same

from tf_docker_check.diagnose.scan import search_terms
from tf_docker_check.diagnose.trigger import derive_trigger
from tf_docker_check.resources.files import ROOT


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
    assert "|".join(derive_trigger(pattern)) == expected


def test_the_triggers_of_what_is_shipped_are_up_to_date(request):
    triggers = {term.look.pattern: derive_trigger(term.look.pattern) for term in search_terms()}
    text = json.dumps(triggers, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    same(ROOT / "triggers.json", text.encode(), bless=request.config.getoption("--bless"))
