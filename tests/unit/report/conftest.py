"""Golden files: what a report looked like when somebody last looked at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str | bytes], None]:
    """Compare with a file under tests/golden, or with --bless write it anew; then look at the diff."""
    return lambda name, found: same(GOLDEN / name, found, bless=request.config.getoption("--bless"))


def same(path: Path, found: str | bytes, *, bless: bool) -> None:
    data = found if isinstance(found, bytes) else found.encode()
    if bless:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert path.read_bytes().decode() == data.decode()
