"""Each outcome matches what programs print, and not what looks like it."""

from __future__ import annotations

import pytest

from tf_docker_check.diagnose.automaton import compile_pattern
from tf_docker_check.resources.knowledge import causes
from tf_docker_check.resources.outcomes import FAILED, GPU_CAUSES, PASSED, QUOTED, TEST, Outcome, outcomes


@pytest.mark.parametrize("outcome", outcomes().values(), ids=lambda outcome: outcome.name)
def test_examples(outcome: Outcome):
    assert outcome.kind in (PASSED, FAILED, QUOTED, TEST)
    assert [line for line in outcome.look.matches if not _matches(outcome, line)] == []
    assert [line for line in outcome.look.ignores if _matches(outcome, line)] == []


def test_causes_exist():
    named = GPU_CAUSES.union(*(outcome.outranks for outcome in outcomes().values()))
    assert named <= causes().keys()


def _matches(outcome: Outcome, line: str) -> bool:
    text = line.encode()
    match = compile_pattern(outcome.look.pattern).search(text)
    if not match or (outcome.look.but_not and compile_pattern(outcome.look.but_not).search(text)):
        return False
    return len(set(match.groups())) <= 1
