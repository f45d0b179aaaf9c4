"""Each rule is held to the examples on its own page."""

from __future__ import annotations

from pathlib import Path

import pytest

from lint.projects import checked, place, written
from tf_docker_check.lint.fix import apply_edits, select_edits
from tf_docker_check.lint.registry import SERVICE_RULES, STAGE_RULES, SUPPRESSION, UNREADABLE
from tf_docker_check.resources.rulebook import File, examples, rules

FLAGS = [(rule.id, each) for rule in rules().values() for each in examples(rule, "Flags")]
PASSES = [(rule.id, each) for rule in rules().values() for each in examples(rule, "Passes")]


def names(cases: list[tuple[str, list[File]]]) -> list[str]:
    return [f"{rule}-{index}" for index, (rule, _) in enumerate(cases)]


def test_every_rule_has_a_page_with_examples_of_both_kinds() -> None:
    assert set(rules()) == {UNREADABLE, SUPPRESSION, *STAGE_RULES, *SERVICE_RULES}
    assert {rule for rule, _ in FLAGS} == {rule for rule, _ in PASSES} == set(rules())


@pytest.mark.parametrize(("rule", "files"), FLAGS, ids=names(FLAGS))
def test_flags(rule: str, files: list[File], tmp_path: Path) -> None:
    report = checked(written(tmp_path, {file.name: file.text for file in files}))
    issues = [issue for issue in report.issues if issue.rule == rule]
    found = sorted(f"{issue.span.source.path.name} {place(issue)}" for issue in issues)
    assert found == sorted(f"{file.name} {at}" for file in files for at in file.at)
    for file in files:
        edits = [each for each in select_edits(issues) if each.span.source.path.name == file.name]
        assert apply_edits(file.text, edits) == (file.fixed or file.text)


@pytest.mark.parametrize(("rule", "files"), PASSES, ids=names(PASSES))
def test_passes(rule: str, files: list[File], tmp_path: Path) -> None:
    report = checked(written(tmp_path, {file.name: file.text for file in files}))
    assert [issue for issue in report.issues if issue.rule in (rule, UNREADABLE)] == []


def test_no_example_is_without_a_place_where_it_is_flagged() -> None:
    assert [rule for rule, files in FLAGS if not any(file.at for file in files)] == []
