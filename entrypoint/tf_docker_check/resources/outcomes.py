"""How programs report that they passed or failed, in `outcomes.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tf_docker_check.resources import files
from tf_docker_check.resources.knowledge import Pattern

PASSED, FAILED, QUOTED, TEST = "passed", "failed", "quoted", "test"

GPU_CAUSES = frozenset(
    {
        "cuda-lib-missing",
        "cuda-toolchain-missing",
        "cuda-version-mismatch",
        "cudnn-mismatch",
        "driver-libs-in-image",
        "driver-mismatch",
        "driver-too-old",
        "gpu-arch-unsupported",
        "gpu-driver-state",
        "gpu-image-on-cpu-host",
        "gpu-not-exposed",
        "toolkit-too-old",
    }
)
"""Causes with which a run passes on the CPU: where a GPU was expected, success is no answer to them."""


@dataclass(frozen=True)
class Outcome:
    """A line in which a program reports how it ended.

    `kind` is PASSED or FAILED, or one of two that are nobody's complaint: QUOTED for an instruction that
    is about to run, TEST for a test that passed or is only named. `after` must match one of the lines just
    before. Two numbers that are captured must be equal. `outranks` has the causes that this success
    speaks against, any if empty. `whole` is the success of the last step, whichever process printed the
    evidence; `without_gpu` one that needs no GPU, unless the caller expects one. `at_end`: too
    frequent to be searched for anywhere but at the end of a log.
    """

    name: str
    kind: str
    look: Pattern
    after: str
    outranks: frozenset[str]
    whole: bool
    without_gpu: bool
    at_end: bool


@cache
def outcomes() -> Mapping[str, Outcome]:
    """Return every outcome by name."""
    return {
        row["name"]: Outcome(
            name=row["name"],
            kind=row["kind"],
            look=Pattern(
                row["pattern"],
                row.get("but_not", ""),
                matches=tuple(row["matches"]),
                ignores=tuple(row["ignores"]),
            ),
            after=row.get("after", ""),
            outranks=frozenset(row.get("outranks", ())),
            whole=row.get("whole", False),
            without_gpu=row.get("without_gpu", False),
            at_end=row.get("at_end", False),
        )
        for row in json.loads(files.text("outcomes.json"))
    }
