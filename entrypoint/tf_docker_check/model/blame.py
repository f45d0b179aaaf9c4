"""Owner of a failure, derived from a control: the same checks in the image underneath, untouched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class CellBase:
    """What a cell's image stands on, as far as it tells whose fault a failure is.

    `untouched`: nothing of the user's is in it (a published image, or TensorFlow alone installed on
    one). `added`: nobody asked for the cell; it is checked as the control of others, and not judged.
    """

    control: str = ""  # the id of the cell that checks the image underneath; empty: there is none
    untouched: bool = False
    added: bool = False
    dockerfile: str = ""  # the user's own that makes the image, by its path


class FaultOwner(str, Enum):
    """Where the change has to be made that mends it."""

    YOURS = "yours"  # what the user puts on the image underneath
    UPSTREAM = "upstream"  # the published image or packages
    RUNNER = "runner"  # the machine, its engine, how containers are run there
    CONFIGURATION = "configuration"  # a limit that the configuration sets
    NOT_YOURS = "not yours"  # not the user's layers; whether upstream or the machine, nothing shows

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Change:
    """Something TensorFlow rests on that is not as in the control; empty where it was not or is not there.

    `line` and `instruction` are of the Dockerfile, where they can be told; else 0 and empty.
    """

    name: str
    before: str
    after: str
    line: int = 0
    instruction: str = ""


@dataclass(frozen=True)
class Blame:
    """The verdict in one sentence, and for `yours` what was changed, the likeliest culprit first."""

    owner: FaultOwner
    why: str
    changes: tuple[Change, ...] = ()
