from __future__ import annotations

import pytest

from tf_docker_check.github.errors import Throttled, Unavailable
from tf_docker_check.github.retry import RetryBudget, limit, pause
from tf_docker_check.net.retry import RetryableError

NOW = 1_000_000.0
SPENT = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000090"}


@pytest.mark.parametrize(
    ("again", "waits"),
    [
        (RetryableError("502"), [1, 2, 4, 8]),
        (RetryableError("503", after=7), [7, 7, 7, 7]),
        (RetryableError("403", limited=True), [60, 120, 240, 480]),
        (RetryableError("429", limited=True, after=30), [30, 30, 30, 30]),
        (RetryableError("429", limited=True, after=-5), [1, 1, 1, 1]),
    ],
)
def test_waits_are_those_asked_for_else_double(again: RetryableError, waits: list[float]) -> None:
    assert [pause(again, failed) for failed in range(1, 5)] == waits


@pytest.mark.parametrize(
    ("status", "headers", "message", "after"),
    [
        (429, {}, "", None),
        (429, {"retry-after": "30"}, "", 30),
        (403, {"retry-after": "30"} | SPENT, "", 30),
        (403, SPENT, "API rate limit exceeded", 91),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, "", None),
        (403, {"x-ratelimit-remaining": "7"}, "You have exceeded a secondary rate limit.", None),
        (429, {"retry-after": "9" * 30}, "", 1e12),
    ],
)
def test_a_limit_is_told_from_its_answer(
    status: int, headers: dict[str, str], message: str, after: float | None
) -> None:
    found = limit(status, headers, message, NOW)
    assert found is not None
    assert found.limited
    assert found.after == after


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (403, {"x-ratelimit-remaining": "7"}, "Resource not accessible by integration"),
        (404, SPENT, "Not Found"),
        (502, {"retry-after": "5"}, ""),
    ],
)
def test_other_refusals_are_no_limit(status: int, headers: dict[str, str], message: str) -> None:
    assert limit(status, headers, message, NOW) is None


def fails(times: int, again: RetryableError):
    """Fails *times* times, then says how often it was called."""
    calls = []

    def action() -> int:
        calls.append(None)
        if len(calls) <= times:
            raise again
        return len(calls)

    return action


def test_what_passes_is_waited_for(clock) -> None:
    assert clock.retry_budget().retry(fails(4, RetryableError("502"))) == 5
    assert clock.slept == [1, 2, 4, 8]


def test_the_fifth_failure_is_the_last(clock) -> None:
    with pytest.raises(Unavailable, match="502 Bad Gateway"):
        clock.retry_budget().retry(fails(5, RetryableError("502 Bad Gateway")))
    assert len(clock.slept) == 4


def test_a_wait_beyond_the_budget_is_not_begun_and_told_in_one_line(clock) -> None:
    with pytest.raises(Throttled) as caught:
        clock.retry_budget(300).retry(
            fails(1, RetryableError("403 API rate limit exceeded", limited=True, after=1800))
        )
    assert clock.slept == []
    assert "1800 s" in caught.value.in_one_line
    assert "\n" not in caught.value.in_one_line


def test_the_budget_is_for_all_requests_together(clock) -> None:
    retry_budget = clock.retry_budget(100)
    retry_budget.retry(fails(1, RetryableError("429", limited=True)))
    with pytest.raises(Throttled):
        retry_budget.retry(fails(1, RetryableError("429", limited=True)))
    assert clock.slept == [60]


def test_long_waits_are_told(clock) -> None:
    told: list[str] = []
    retry_budget = RetryBudget(300, clock.sleep, report=told.append)
    retry_budget.retry(fails(1, RetryableError("502")))
    retry_budget.retry(fails(1, RetryableError("403 secondary rate limit", limited=True)))
    assert told == ["waiting 60 s for GitHub: 403 secondary rate limit"]


def test_a_lost_creation_is_looked_for_before_it_is_repeated(clock) -> None:
    found = [None, 7]
    assert clock.retry_budget().create(fails(9, RetryableError("torn")), lambda: found.pop(0)) == 7
    assert found == []
