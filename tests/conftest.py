"""Unit tests cannot reach the engine, the network or a subprocess."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import pinned

pinned.use()

# A busy machine is no finding: properties are judged by what they find, not by how fast.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

# Under nohup, or in a script's background, the signals that tests send are ignored, by what they start too.
for _signal in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, signal.SIG_DFL if _signal == signal.SIGHUP else signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write golden files anew; then look at the diff")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fail a run of the whole suite that passes over a test file (a folder named `build` did that once)."""
    if [Path(argument) for argument in config.args] != [Path(path) for path in config.getini("testpaths")]:
        return
    tests = Path(__file__).parent
    missed = set(tests.rglob("test_*.py")) - {item.path for item in items}
    if missed:
        raise pytest.UsageError(
            f"not collected: {', '.join(sorted(str(path.relative_to(tests)) for path in missed))}"
        )


@pytest.fixture
def shipped_catalog() -> Iterator[None]:
    """The real catalog, in place of the pinned one."""
    with pinned.shipped():
        yield


class ReachedOutside(AssertionError):
    """A unit test tried to touch the world."""


@pytest.fixture(autouse=True)
def sealed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbid the outside, except to tests marked `engine` or `outside`."""
    if request.node.get_closest_marker("engine") or request.node.get_closest_marker("outside"):
        return

    def refuse(*args: object, **kwargs: object) -> None:
        raise ReachedOutside(f"a unit test reached outside: {args!r:.200}")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr("os.system", refuse)
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
