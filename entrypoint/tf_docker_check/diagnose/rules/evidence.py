"""Whether what an image says of itself can be true."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof


def evidence(case: Case) -> Iterator[Proof]:
    """A file that the import claims to have loaded, and that is not there."""
    mismatch = case.facts.get("evidence.mismatch")
    if case.did_fail("evidence") and isinstance(mismatch, str):
        yield Proof("evidence-mismatch", mismatch)
