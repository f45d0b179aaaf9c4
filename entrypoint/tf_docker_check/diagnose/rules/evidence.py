"""Whether an image's claims about itself can be true."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof


def evidence(case: Case) -> Iterator[Proof]:
    """Prove a file that the import claims to have loaded and that does not exist."""
    mismatch = case.facts.get("evidence.mismatch")
    if case.did_fail("evidence") and isinstance(mismatch, str):
        yield Proof("evidence-mismatch", mismatch)
