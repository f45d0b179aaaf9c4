"""A cause that facts speak for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """`said` is the fact in words. A proof that is not `sure` is only likely."""

    cause: str
    said: str
    sure: bool = True
