"""docs/lint.md lists the rules; ``pytest --bless`` writes the list anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tf_docker_check.lint.issue import Severity
from tf_docker_check.resources.rulebook import Rule, examples, rules

PAGE = Path(__file__).parents[3] / "docs/lint.md"
PAGES = "../entrypoint/tf_docker_check/resources/rules"


def index() -> str:
    rows = [
        f"| [{rule.id}]({PAGES}/{rule.id}.md) | {rule.severity} | {rule.title} | {fixable(rule)} |"
        for rule in rules().values()
    ]
    return "\n".join(["| rule | severity | flags | --fix |", "| --- | --- | --- | --- |", *rows, ""])


def fixable(rule: Rule) -> str:
    return "yes" if any(file.fixed for files in examples(rule, "Flags") for file in files) else ""


def test_the_list_of_rules_is_fresh(request: pytest.FixtureRequest) -> None:
    head, _, listed = PAGE.read_text(encoding="utf-8").partition("| rule |")
    if request.config.getoption("--bless"):
        PAGE.write_text(head + index(), encoding="utf-8")
    else:
        assert "| rule |" + listed == index()


@pytest.mark.parametrize("page", rules().values(), ids=rules())
def test_each_page_says_what_it_is_about(page: Rule) -> None:
    assert re.fullmatch(r"TFD\d{3}", page.id)
    assert page.severity in set(Severity)
    assert page.summary
