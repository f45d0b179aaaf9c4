"""Why a cell failed: facts first, its text second, both together where they agree."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass, replace

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.containers import containers
from tf_docker_check.diagnose.context import Context
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.diagnose.rules import proofs
from tf_docker_check.diagnose.rules.program import program
from tf_docker_check.diagnose.scan import scan
from tf_docker_check.diagnose.weigh import Suspect, causes_first, findings, noise, suspects
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.finding import Evidence, Finding, Noise
from tf_docker_check.model.observation import BuildResult, Check, ProbeRun
from tf_docker_check.model.text import one_line
from tf_docker_check.resources import knowledge
from tf_docker_check.resources.knowledge import NOT_SHORT

_NAME = 60  # characters of a check's name beside its evidence


def diagnose_cell(
    *, build: BuildResult | None, run: ProbeRun | None, gpu: Gpu, asked: Cell
) -> tuple[tuple[Finding, ...], tuple[Noise, ...]]:
    """Causes of what failed, the headline first, and the harmless lines around it.

    The headline is a cause of the check that decides the cell's status: where none is known, none of
    another container's takes its place. Evidence carries no line numbers: there is no file that a reader
    could look into.
    """
    first, *others = [_diagnose(case) for case in containers(Case.of(build, run, gpu, asked))]
    causes = {finding.cause: finding for finding in first.findings}
    for part in others if causes else ():
        for finding in part.findings:
            causes.setdefault(finding.cause, _elsewhere(finding, part.case.failed[0]))
    harmless = tuple(one for part in (first, *others) for one in part.noise)
    return tuple(causes.values()), harmless


@dataclass(frozen=True)
class _Part:
    case: Case
    findings: tuple[Finding, ...]
    noise: tuple[Noise, ...]


def _diagnose(case: Case) -> _Part:
    seen = scan(io.BytesIO(case.text().encode("utf-8", "replace")))
    known = {NOT_SHORT} if case.failed and not case.out_of_memory else set()
    context = Context.of(case.stage, case.expectation, seen.keys() | known)
    if not case.failed and not case.build:
        return _Part(case, (), noise(seen, context, ()))
    read = suspects(seen, context)
    found = causes_first(_together(read, tuple(proofs(case))) or _together((), tuple(program(case))))
    return _Part(case, tuple(map(_unnumbered, findings(found, context))), noise(seen, context, found))


def _elsewhere(finding: Finding, check: Check) -> Finding:
    """*finding* of a check that the headline does not name."""
    name = one_line(check.name, _NAME)
    return replace(finding, evidence=tuple(Evidence(f"{name}: {one.text}") for one in finding.evidence))


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
            remedy=next((proof.remedy for proof in proofs_of_it if proof.remedy), ""),
        )
    return list(merged.values())


def _unnumbered(finding: Finding) -> Finding:
    texts = dict.fromkeys(one.text for one in finding.evidence)  # a line often stands in several texts
    return replace(finding, evidence=tuple(map(Evidence, texts)))
