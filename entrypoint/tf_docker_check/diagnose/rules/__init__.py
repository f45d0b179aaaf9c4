"""Rules that prove causes by facts. Facts outrank text."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.diagnose.rules.distributed import distributed
from tf_docker_check.diagnose.rules.driver import driver
from tf_docker_check.diagnose.rules.ends import ends
from tf_docker_check.diagnose.rules.evidence import evidence
from tf_docker_check.diagnose.rules.integrity import integrity
from tf_docker_check.diagnose.rules.libraries import libraries
from tf_docker_check.diagnose.rules.packages import packages
from tf_docker_check.diagnose.rules.sandbox import sandbox
from tf_docker_check.diagnose.rules.shared_objects import shared_objects
from tf_docker_check.diagnose.rules.system import system

RULES = (evidence, ends, packages, integrity, system, sandbox, shared_objects, driver, libraries, distributed)


def find_proofs(case: Case) -> Iterator[Proof]:
    """Yield all proofs, in the order of the rules."""
    for rule in RULES:
        yield from rule(case)
