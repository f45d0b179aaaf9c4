"""Frames as a container writes them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

NONCE = "0123456789abcdef0123456789abcdef"

Write = Callable[..., bytes]


def line(kind: str, at: object = 1.0, nonce: str = NONCE, **fields: object) -> bytes:
    """One frame on the wire."""
    return f"\x1etfdc:{nonce} {json.dumps({'kind': kind, 'at': at, **fields})}\n".encode()


@pytest.fixture
def nonce() -> str:
    return NONCE
