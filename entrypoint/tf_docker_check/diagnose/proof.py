"""A cause that facts speak for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """`said` is the fact in words. A proof that is not `sure` is only likely.

    `remedy` is what to do where the fact itself says it; empty where the cause's own remedies do.
    """

    cause: str
    said: str
    sure: bool = True
    remedy: str = ""
