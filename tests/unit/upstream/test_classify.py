from __future__ import annotations

import pytest

from tf_docker_check.model.blame import Blame, Whose
from tf_docker_check.model.nightly import Verdict
from tf_docker_check.resources.knowledge import causes
from tf_docker_check.upstream.classify import INFRASTRUCTURE, confirmed, fails, is_infrastructure
from upstream.made import cell

IMAGE, NETWORK = cell("failed", "numpy-abi"), cell("failed", "network-tls")


def test_its_causes_are_causes() -> None:
    assert set(causes()) >= INFRASTRUCTURE


@pytest.mark.parametrize(
    ("of", "infrastructure", "image"),
    [
        (IMAGE, False, True),
        (NETWORK, True, False),
        (cell("errored"), True, False),
        (cell("passed"), False, False),
        (cell("skipped"), False, False),
        (cell("failed"), False, True),
        (cell("failed", "numpy-abi", blame=Blame(Whose.RUNNER, "why")), True, False),
        (cell("failed", "numpy-abi", blame=Blame(Whose.UPSTREAM, "why")), False, True),
    ],
)
def test_what_says_nothing_of_an_image_is_infrastructure(of, infrastructure: bool, image: bool) -> None:
    assert (is_infrastructure(of), fails(of)) == (infrastructure, image)


@pytest.mark.parametrize(
    ("repeats", "verdict"),
    [
        ([IMAGE], Verdict.CONFIRMED),
        ([IMAGE, IMAGE], Verdict.CONFIRMED),
        ([IMAGE, cell("passed")], Verdict.FLAKY),
        ([cell("errored"), cell("passed")], Verdict.FLAKY),
        ([IMAGE, cell("errored")], Verdict.UNDECIDED),
        ([NETWORK], Verdict.UNDECIDED),
    ],
)
def test_a_failure_counts_when_it_is_there_each_time(repeats, verdict: Verdict) -> None:
    assert confirmed(repeats) is verdict


def test_a_failure_that_could_not_be_repeated_is_undecided() -> None:
    assert confirmed([]) is Verdict.UNDECIDED
