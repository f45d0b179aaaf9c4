from __future__ import annotations

import pytest

from nightly.made import night
from tf_docker_check.nightly.infrastructure import night_status
from tf_docker_check.nightly.night_report import NightReport
from tf_docker_check.upstream.tags import Tag, TagState

TAGS = (Tag("img:1", TagState.SAME), Tag("img:2", TagState.UNKNOWN))
ENDS = {"a@cpu": "passed", "b@cpu": "failed", "c@cpu": "errored"}
TROUBLE = {"c@cpu": "no disk", "img:2": "no answer"}


@pytest.mark.parametrize(("nights", "failing"), [(2, ()), (3, ("c@cpu", "img:2")), (9, ("c@cpu", "img:2"))])
def test_trouble_counts_once_it_has_lasted(nights: int, failing: tuple[str, ...]) -> None:
    report = NightReport(night(9), TAGS, ends=ENDS, infrastructure=TROUBLE, infrastructure_nights=nights)
    assert night_status(report, 3).failing == failing


def test_whatever_has_a_verdict_is_well() -> None:
    found = dict(night_status(NightReport(night(9), TAGS, ends=ENDS, infrastructure=TROUBLE), 1).ends)
    assert found == {
        "a@cpu": "passed", "b@cpu": "passed", "c@cpu": "errored", "img:1": "passed", "img:2": "errored",
    }  # fmt: skip
