"""What once broke a surface, and a short share of the fuzzing that is the same each time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from fuzz.surface import SURFACES, crashers, load


@pytest.mark.parametrize("name", SURFACES)
def test_what_broke_it_once_breaks_it_no_more(name: str) -> None:
    surface = load(name)
    for path, value in crashers(name):
        try:
            surface.check(value)
        except Exception as error:
            raise AssertionError(f"{path.name} breaks {name} again") from error


@pytest.mark.parametrize("name", SURFACES)
def test_a_share_of_hostile_inputs_breaks_nothing(name: str) -> None:
    surface = load(name)

    @settings(
        max_examples=surface.share, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(surface.inputs)
    def attempt(value: object) -> None:
        surface.check(value)

    attempt()
