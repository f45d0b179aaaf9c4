"""A fake GitHub per test, asked as plainly as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from fakegithub import server
from fakegithub.server import Running

Ask = Callable[..., requests.Response]


@pytest.fixture
def github() -> Iterator[Running]:
    with server.start() as running:
        yield running


@pytest.fixture
def ask(github: Running) -> Iterator[Ask]:
    """Ask about the first repository: paths begin after its name."""
    with requests.Session() as session:

        def asked(method: str, path: str, body: object = None, *, token: str = "token") -> requests.Response:
            headers = {"authorization": f"Bearer {token}"} if token else {}
            url = f"{github.url}/repos/{github.state.repository.name}{path}"
            return session.request(method, url, json=body, headers=headers, allow_redirects=False, timeout=60)

        yield asked
