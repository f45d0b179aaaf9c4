from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import climb


@pytest.fixture
def climber() -> Callable[..., climb.Climber]:
    """Makes an `on_run` that ends every rung well, but for those named with what was wrong."""
    return climb.climber
