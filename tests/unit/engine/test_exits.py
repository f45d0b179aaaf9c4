from __future__ import annotations

import pytest

from tf_docker_check.engine.exits import signal_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (None, ""), (0, ""), (1, ""), (127, ""), (128, ""), (255, ""),
        (130, "SIGINT"), (132, "SIGILL"), (134, "SIGABRT"),
        (135, "SIGBUS"), (137, "SIGKILL"), (139, "SIGSEGV"),
    ],
)  # fmt: skip
def test_codes_above_128_name_their_signal(code: int | None, name: str) -> None:
    assert signal_name(code) == name
