"""A cause supported by facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """A cause and the fact that proves it, as `text`. A proof that is not `sure` is only likely.

    `remedy` is what to do if it depends on the fact; empty to use the cause's own remedies.
    """

    cause: str
    text: str
    sure: bool = True
    remedy: str = ""
