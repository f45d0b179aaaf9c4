"""What can go wrong, one class per exit code.

    CheckError
    ├── GateClosed     1  the gate says no: an image is at fault
    ├── UsageError     2  the user's input is wrong
    └── CannotJudge    3  engine, registry or GitHub kept us from judging
        ├── EngineError
        └── RegistryError
    ImageNotFound          a fact about a reference, turned into a finding

Each message says what happened, why, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence


class CheckError(Exception):
    """Anything this program tells the user without a traceback."""

    exit_code = 3

    def __init__(self, what: str, *, why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.remedy = what, why, remedy

    def __str__(self) -> str:
        lines = [self.what]
        if self.why:
            lines.append(f"  why: {self.why}")
        if self.remedy:
            lines.append(f"  do:  {self.remedy}")
        return "\n".join(lines)

    @property
    def in_one_line(self) -> str:
        """What, why and what to do, for the reason of a cell that it kept from its verdict."""
        why = f" ({self.why})" if self.why else ""
        remedy = f"; to do: {self.remedy}" if self.remedy else ""
        return " ".join(f"{self.what}{why}{remedy}".split())


class GateClosed(CheckError):
    """The results are in, and they are not good enough for the gate."""

    exit_code = 1


class UsageError(CheckError):
    """The input (configuration, arguments, Dockerfile, context) is wrong."""

    exit_code = 2


class CannotJudge(CheckError):
    """Something outside the images kept us from a verdict."""


class EngineError(CannotJudge):
    """The container engine is absent, refused, or died."""


class RegistryError(CannotJudge):
    """A registry refused, throttled, or could not be reached."""


class ImageNotFound(CheckError):
    """The registry answered: there is no such tag, repository or platform."""

    exit_code = 1


def join_problems(problems: Sequence[str], what: str, remedy: str = "") -> UsageError:
    """One error that lists all *problems*, so that the user mends them in one go."""
    return UsageError("\n".join([what, *(f"  - {problem}" for problem in problems)]), remedy=remedy)
