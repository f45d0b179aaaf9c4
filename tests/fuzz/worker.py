"""One surface in a process of its own, which ends where an input hangs or takes too much memory."""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

import pinned
from fuzz.surface import Surface, load

HANGS = 30
"""Seconds after which an input is taken to hang, and its process is ended: far more than any needs."""

MEMORY = 4 << 30
"""Bytes of address space; an input of a few kilobytes that wants more is a failure."""

BATCH = 500
"""Inputs under one seed: Hypothesis remembers those of a run."""


class OutOfTime(KeyboardInterrupt):
    """The time given is over. Hypothesis lets only interrupts through."""


@dataclass
class Outcome:
    """`failures`: by where each broke, the smallest input (as Python spells it) and the traceback."""

    inputs: int = 0
    seconds: float = 0.0
    failures: dict[str, tuple[str, str]] = field(default_factory=dict)


class Hunt:
    """Tries inputs on a surface; the file *flight* names the one under way, should this process die of it."""

    def __init__(self, surface: Surface, examples: int, seconds: float, flight: Path) -> None:
        self.outcome = Outcome()
        self._surface, self._examples = surface, examples
        self._began = time.monotonic()
        self._until = self._began + seconds
        self._known: set[str] = set()  # broken already: inputs that break there again teach nothing
        self._flight = os.open(flight, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def run(self, number: int) -> Outcome:
        """Try batches of inputs, from seed *number* on, until there were enough or time is over."""
        while not self._over():
            try:
                self._batch(number)
            except OutOfTime:
                break
            except Exception:  # it is in the outcome
                self._known |= set(self.outcome.failures)
            number += 1
        self.outcome.seconds = round(time.monotonic() - self._began, 1)
        return self.outcome

    def _over(self) -> bool:
        return self.outcome.inputs >= self._examples or time.monotonic() > self._until

    def _batch(self, number: int) -> None:
        @seed(number)
        @settings(
            max_examples=BATCH, database=None, deadline=None, phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck), report_multiple_bugs=False, print_blob=False,
        )  # fmt: skip
        @given(self._surface.inputs)
        def attempt(value: Any) -> None:
            self._attempt(value)

        attempt()

    def _attempt(self, value: Any) -> None:
        if self._over():
            raise OutOfTime
        self.outcome.inputs += 1
        spelled = repr(value)
        self._note(spelled)
        faulthandler.dump_traceback_later(HANGS, exit=True)
        try:
            self._surface.check(value)
        except Exception as error:
            if (where := place(error)) not in self._known:
                self._remember(where, spelled)
                raise
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _note(self, spelled: str) -> None:
        data = f"{self.outcome.inputs}\n{spelled}".encode("utf-8", "backslashreplace")
        os.pwrite(self._flight, data, 0)
        os.ftruncate(self._flight, len(data))

    def _remember(self, where: str, spelled: str) -> None:
        before = self.outcome.failures.get(where)
        if before is None or len(spelled) <= len(before[0]):
            self.outcome.failures[where] = (spelled, traceback.format_exc(limit=-6))


def place(error: BaseException) -> str:
    """Which error it is and the line of ours that it came from, by which failures are told apart."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "tf_docker_check" in frame.filename] or frames
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def main(arguments: list[str]) -> None:
    """SURFACE SEED EXAMPLES SECONDS FLIGHT: print the outcome as JSON."""
    name, number, examples, seconds, flight = arguments
    pinned.use()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    outcome = Hunt(load(name), int(examples), float(seconds), Path(flight)).run(int(number))
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(sys.argv[1:])
