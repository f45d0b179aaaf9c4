from __future__ import annotations

import pytest

from nightly.made import cell
from tf_docker_check.model.blame import Blame, FaultOwner
from tf_docker_check.nightly.confirm import confirm, is_image_failure, is_infrastructure
from tf_docker_check.nightly.night_report import Confirmation

IMAGE, NETWORK = cell("failed", "numpy-abi"), cell("failed", "network-tls")


@pytest.mark.parametrize(
    ("of", "infrastructure", "image"),
    [
        (IMAGE, False, True),
        (NETWORK, True, False),
        (cell("errored"), True, False),
        (cell("passed"), False, False),
        (cell("skipped"), False, False),
        (cell("failed"), False, True),
        (cell("failed", "numpy-abi", blame=Blame(FaultOwner.RUNNER, "why")), True, False),
        (cell("failed", "numpy-abi", blame=Blame(FaultOwner.UPSTREAM, "why")), False, True),
        (cell("failed", "cpu-instruction"), True, False),
        (cell("failed", "cpu-instruction", blame=Blame(FaultOwner.YOURS, "why")), False, True),
        (cell("failed", "pids-limit", blame=Blame(FaultOwner.NOT_YOURS, "why")), True, False),
        (cell("failed", "shm-too-small", blame=Blame(FaultOwner.CONFIGURATION, "why")), True, False),
        (cell("failed", "a-strangers"), False, True),
    ],
)
def test_what_says_nothing_of_an_image_is_infrastructure(of, infrastructure: bool, image: bool) -> None:
    assert (is_infrastructure(of), is_image_failure(of)) == (infrastructure, image)


@pytest.mark.parametrize(
    ("repeats", "verdict"),
    [
        ([IMAGE], Confirmation.CONFIRMED),
        ([IMAGE, IMAGE], Confirmation.CONFIRMED),
        ([IMAGE, cell("passed")], Confirmation.FLAKY),
        ([cell("errored"), cell("passed")], Confirmation.FLAKY),
        ([IMAGE, cell("errored")], Confirmation.UNDECIDED),
        ([NETWORK], Confirmation.UNDECIDED),
    ],
)
def test_a_failure_counts_when_it_is_there_each_time(repeats, verdict: Confirmation) -> None:
    assert confirm(repeats) is verdict


def test_a_failure_that_could_not_be_repeated_is_undecided() -> None:
    assert confirm([]) is Confirmation.UNDECIDED
