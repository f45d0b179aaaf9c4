from __future__ import annotations

import json

import pytest

from nightly.made import record
from tf_docker_check.nightly.badge import badge


@pytest.mark.parametrize(
    ("records", "message", "color"),
    [
        ([], "not checked", "lightgrey"),
        ([record(1)], "1 of 1 work", "brightgreen"),
        ([record(1), record(2, "failed")], "0 of 1 work", "red"),
        ([record(2, "failed"), record(1), record(1, cell="b@cpu")], "1 of 2 work", "orange"),
        ([record(1), record(2, "errored")], "1 of 1 work", "brightgreen"),
    ],
)
def test_the_badge_counts_each_cell_as_it_was_judged_last(records, message: str, color: str) -> None:
    told = json.loads(badge(records))
    assert (told["schemaVersion"], told["message"], told["color"]) == (1, message, color)
