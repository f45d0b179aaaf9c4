"""The base image and the container's environment."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof


def system(case: Case) -> Iterator[Proof]:
    """Prove a wrong C library, and a lack of writable temporary folders."""
    if not case.failed:
        return
    if case.facts.get("libc.kind") == "musl" and case.did_fail("import", "environment"):
        name = case.facts.get("os.name") or "the base image"
        yield Proof("musl-base", f"{name} uses musl; TensorFlow's wheels are for glibc")
    if "user.tmp" in case.facts and case.facts["user.tmp"] is None:
        yield Proof("permission", "no folder for temporary files is writable")
