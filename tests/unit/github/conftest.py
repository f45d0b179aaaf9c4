from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from fakegithub import server
from fakegithub.server import Running
from fakegithub.state import OWN, State
from tf_docker_check.github.client import GitHub, connect
from tf_docker_check.github.retry import BUDGET, RetryBudget


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.time, self.slept = time.time(), list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds))
        self.time += seconds

    def retry_budget(self, budget: float = BUDGET) -> RetryBudget:
        return RetryBudget(budget, self.sleep, lambda: self.time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake() -> Iterator[Running]:
    with server.start(State()) as running:
        yield running


@pytest.fixture
def connected(fake: Running, clock: Clock) -> Callable[..., GitHub]:
    def connected(token: str = "token", budget: float = BUDGET) -> GitHub:
        return connect(token, OWN, api_url=fake.url, retry_budget=clock.retry_budget(budget))

    return connected


@pytest.fixture
def github(connected: Callable[..., GitHub]) -> GitHub:
    return connected()
