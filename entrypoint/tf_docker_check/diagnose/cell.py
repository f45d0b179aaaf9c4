"""Diagnose a failed cell by its facts and by its text."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass, replace

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.containers import split_by_container
from tf_docker_check.diagnose.context import Context
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.diagnose.rules import find_proofs
from tf_docker_check.diagnose.rules.program import program
from tf_docker_check.diagnose.scan import scan
from tf_docker_check.diagnose.weigh import Suspect, find_noise, find_suspects, make_findings, order_suspects
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.finding import Confidence, Evidence, Finding, Noise
from tf_docker_check.model.observation import BuildResult, Check, ProbeRun
from tf_docker_check.model.text import one_line
from tf_docker_check.resources import knowledge
from tf_docker_check.resources.knowledge import NOT_SHORT

_NAME = 60  # characters of a check's name beside its evidence


def diagnose_cell(
    *, build: BuildResult | None, run: ProbeRun | None, gpu: Gpu, cell: Cell
) -> tuple[tuple[Finding, ...], tuple[Noise, ...]]:
    """Return the causes of the failure, the headline first, and the harmless messages.

    The headline is a cause of the check that decides the cell's status; without one, causes of other
    containers are not returned either. Evidence has no line numbers, as there is no file to look into.
    """
    first, *others = [_diagnose(case) for case in split_by_container(Case.of(build, run, gpu, cell))]
    causes = {finding.cause: finding for finding in first.findings}
    for part in others if causes else ():
        for finding in part.findings:
            causes.setdefault(finding.cause, _name_check(finding, part.case.failed[0]))
    harmless = tuple(one for part in (first, *others) for one in part.noise)
    return tuple(causes.values()), harmless


@dataclass(frozen=True)
class _Part:
    case: Case
    findings: tuple[Finding, ...]
    noise: tuple[Noise, ...]


def _diagnose(case: Case) -> _Part:
    places = scan(io.BytesIO(case.text().encode("utf-8", "replace")), copied=False)
    known = {NOT_SHORT} if case.failed and not case.out_of_memory else set()
    context = Context.of(case.stage, case.expectation, places.keys() | known)
    if not case.failed and not case.build:
        return _Part(case, (), find_noise(places, context, ()))
    read = find_suspects(places, context)
    ranked = order_suspects(_merge(read, tuple(find_proofs(case))) or _merge((), tuple(program(case))))
    return _Part(
        case,
        tuple(
            _of_run(finding, one)
            for finding, one in zip(make_findings(ranked, places, context), ranked, strict=True)
        ),
        find_noise(places, context, ranked),
    )


def _name_check(finding: Finding, check: Check) -> Finding:
    """Return *finding* with its check's name in the evidence."""
    name = one_line(check.name, _NAME)
    return replace(finding, evidence=tuple(Evidence(f"{name}: {one.text}") for one in finding.evidence))


def _merge(read: tuple[Suspect, ...], proven: tuple[Proof, ...]) -> list[Suspect]:
    by_cause: dict[str, list[Proof]] = defaultdict(list)
    for proof in proven:
        by_cause[proof.cause].append(proof)
    merged = {suspect.cause.id: suspect for suspect in read}
    for cause, cause_proofs in by_cause.items():
        suspect = merged.get(cause) or Suspect(knowledge.causes()[cause], 0.0, ())
        merged[cause] = replace(
            suspect,
            facts=tuple(dict.fromkeys(proof.text for proof in cause_proofs)),
            confirmed=any(proof.sure for proof in cause_proofs),
            remedy=next((proof.remedy for proof in cause_proofs if proof.remedy), ""),
        )
    return list(merged.values())


def _of_run(finding: Finding, suspect: Suspect) -> Finding:
    """Return *finding* without line numbers, as there is no file. A run confirms a cause by facts only."""
    texts = dict.fromkeys(one.text for one in finding.evidence)  # a line often stands in several texts
    by_text = finding.confidence is Confidence.CONFIRMED and not suspect.confirmed
    confidence = Confidence.LIKELY if by_text else finding.confidence
    return replace(finding, evidence=tuple(map(Evidence, texts)), confidence=confidence)
