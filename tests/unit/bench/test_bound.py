from __future__ import annotations

import pytest
from bench.bound import critical_seconds

PLAN = {
    "cells": [
        {"id": "slim", "recipe": "s", "skip": ""},
        {"id": "app", "recipe": "a", "skip": ""},
        {"id": "gpu", "recipe": "s", "skip": "no GPU"},
    ],
    "recipes": [{"key": "s", "parent": ""}, {"key": "a", "parent": "s"}],
}


def results(slim: float, app: float, check: float) -> dict[str, object]:
    return {
        "cells": [
            {"id": "slim", "build": {"seconds": slim}, "exit": {"seconds": check}},
            {"id": "app", "build": {"seconds": app}, "exit": {"seconds": check}},
            {"id": "gpu", "build": None, "exit": None},
        ]
    }


@pytest.mark.parametrize(
    ("slim", "app", "check", "workers", "bound"),
    [
        (10, 2, 5, 2, 17),  # the app waits for slim's build, then is built and checked
        (10, 2, 5, 1, 22),  # one worker has to do it all
        (0, 0, 5, 2, 5),
    ],
)
def test_the_longer_of_chain_and_shared_work_counts(
    slim: float, app: float, check: float, workers: int, bound: float
) -> None:
    assert critical_seconds(PLAN, results(slim, app, check), workers) == bound
