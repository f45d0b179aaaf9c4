"""When two failures are the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from diagnose.outcomes import cell, unbuilt

from tf_docker_check.model.failure import clean, failure_of

BROKEN = cell("a", wrong="import", reason="died at 0x7f3a after 12 s in /usr/lib/x.so")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (cell("b", wrong="import", reason="died at 0x99 after 7 s in /opt/y.so"), True),
        (replace(BROKEN, reason="import: died (the known failure here is nccl)"), True),
        (cell("b", wrong="matmul", reason="died at 0x99 after 7 s in /opt/y.so"), False),
        (cell("b", wrong="import", reason="ImportError: numpy"), False),
        (cell("b", wrong="import", cause="numpy-abi"), False),
    ],
)
def test_without_a_cause_it_is_the_words_in_the_check(other, same: bool) -> None:
    assert (failure_of(BROKEN) == failure_of(other)) is same


def test_a_cause_is_the_same_wherever_it_shows() -> None:
    one, other = cell("a", wrong="import", cause="nccl"), cell("b", wrong="matmul", cause="nccl", reason="x")
    assert failure_of(one) == failure_of(other)


def test_builds_are_compared_by_the_builders_words() -> None:
    one = replace(unbuilt("a"), image=None, checks=())
    assert failure_of(one) == failure_of(replace(one, id="b"))
    assert failure_of(one) != failure_of(BROKEN)


def test_what_varies_is_left_out() -> None:
    assert clean("Step 12/14 of sha256:abc at /tmp/x\nfailed") == clean(
        "step 3/9 of sha256:def at /var/y failed"
    )
