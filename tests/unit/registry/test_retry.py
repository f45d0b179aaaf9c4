from __future__ import annotations

import pytest

from tf_docker_check.registry.errors import Throttled, Unreachable
from tf_docker_check.registry.retry import ATTEMPTS, Again, persistently, retry_after

NOW = 1_700_000_000.0  # 2023-11-14T22:13:20Z


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (" 5 ", 5.0),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60.0),
        ("Tue, 14 Nov 2023 22:12:20 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after(header, lambda: NOW) == seconds


def test_patience_doubles_and_ends():
    slept: list[float] = []

    def fail() -> None:
        raise Again("it answered 500", status=500)

    with pytest.raises(Unreachable, match="the registry r"):
        persistently(fail, "r.example", slept.append)
    assert slept == [0.5, 1.0, 2.0, 4.0]
    assert len(slept) == ATTEMPTS - 1


def test_a_registry_that_asks_for_an_hour_is_not_waited_for():
    slept: list[float] = []

    def fail() -> None:
        raise Again("it answered 429", status=429, after=3600)

    with pytest.raises(Throttled) as raised:
        persistently(fail, "r.example", slept.append)
    assert slept == []
    assert "3600 s" in str(raised.value)
