"""Why a cell failed: facts first, its text second, both together where they agree."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import replace

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.context import Context
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.diagnose.rules import proofs
from tf_docker_check.diagnose.rules.program import program
from tf_docker_check.diagnose.scan import scan
from tf_docker_check.diagnose.weigh import Suspect, causes_first, findings, noise, suspects
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.finding import Evidence, Finding, Noise
from tf_docker_check.model.observation import BuildResult, ProbeRun
from tf_docker_check.resources import knowledge


def diagnose_cell(
    *, build: BuildResult | None, run: ProbeRun | None, gpu: Gpu, asked: Cell
) -> tuple[tuple[Finding, ...], tuple[Noise, ...]]:
    """Causes of what failed, the headline first, and the harmless lines around it.

    Evidence carries no line numbers: there is no file that a reader could look into.
    """
    case = Case.of(build, run, gpu, asked)
    seen = scan(io.BytesIO(case.text().encode("utf-8", "replace")))
    context = Context.of(case.stage, case.expectation, seen.keys())
    found = suspects(seen, context) if case.failed or case.build else ()
    found = causes_first(_together(found, tuple(proofs(case))) or _together((), tuple(program(case))))
    told = findings(found, context)
    return tuple(_unnumbered(one) for one in told), noise(seen, context, found)


def _together(read: tuple[Suspect, ...], proven: tuple[Proof, ...]) -> list[Suspect]:
    by_cause: dict[str, list[Proof]] = defaultdict(list)
    for proof in proven:
        by_cause[proof.cause].append(proof)
    merged = {suspect.cause.id: suspect for suspect in read}
    for cause, proofs_of_it in by_cause.items():
        suspect = merged.get(cause) or Suspect(knowledge.causes()[cause], 0.0, ())
        merged[cause] = replace(
            suspect,
            facts=tuple(dict.fromkeys(proof.said for proof in proofs_of_it)),
            confirmed=any(proof.sure for proof in proofs_of_it),
        )
    return list(merged.values())


def _unnumbered(finding: Finding) -> Finding:
    texts = dict.fromkeys(one.text for one in finding.evidence)  # a line often stands in several texts
    return replace(finding, evidence=tuple(map(Evidence, texts)))
