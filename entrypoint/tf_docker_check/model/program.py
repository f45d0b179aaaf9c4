"""A program of the user's that trains on several workers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Program:
    """A Python file. `line`: where it says that it has several workers, by `means`, such as ParameterServerStrategy.

    `fits`: it trains by the `fit` of a model; `legacy`: it asks for Keras 2 itself.
    """

    file: str
    line: int
    means: str
    fits: bool = False
    legacy: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"
