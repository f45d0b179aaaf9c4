"""The cheap faults, on a real engine."""

from __future__ import annotations

import pytest

from faults.fault import everything
from faults.run import Run, prepare, run_all

pytestmark = [pytest.mark.engine, pytest.mark.slow]
FAST = [fault for fault in everything() if fault.fast]


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    """All of them are run, two at a time, before the first is judged."""
    return {run.fault.name: run for run in run_all(FAST, prepare(FAST), lambda _: None, again=True)}


@pytest.mark.parametrize("name", [fault.name for fault in FAST])
def test_a_fault_is_told_as_what_it_is(runs, name):
    assert not runs[name].wrong, runs[name].got
