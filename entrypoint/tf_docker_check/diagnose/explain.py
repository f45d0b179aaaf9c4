"""Explain a failure by any log, without an engine."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tf_docker_check.diagnose.context import Context
from tf_docker_check.diagnose.outcome import drop_outranked
from tf_docker_check.diagnose.scan import Ending, Seen, scan_to_end
from tf_docker_check.diagnose.weigh import SURE, Suspect, find_noise, find_suspects, make_findings
from tf_docker_check.model.finding import Finding, Noise
from tf_docker_check.resources.knowledge import Alternative

STAGES = ("build", "import", "init", "run", "distributed")
EXPECTATIONS = ("expected", "none", "unknown")


@dataclass(frozen=True)
class Explanation:
    """The explanation of a log. `headline` is the first cause's id, None without any.

    `if_gpu_expected` has what would be the cause if a GPU was expected, where the log does not show
    that; `instead` the causes that the headline may be mistaken for, each with the fact that decides;
    `inferred` what the log shows of stage, GPU expectation, runtime and product.
    """

    headline: str | None
    findings: tuple[Finding, ...]
    noise: tuple[Noise, ...]
    if_gpu_expected: tuple[Finding, ...] = ()
    instead: tuple[Alternative, ...] = ()
    inferred: Mapping[str, str] = field(default_factory=dict)


def explain(text: bytes | Path | BinaryIO, stage: str | None = None, gpu: str = "unknown") -> Explanation:
    """Explain a log, given as its bytes, its path or an open binary file.

    *stage* is one of STAGES or None, *gpu* one of EXPECTATIONS. Raises OSError where the path
    cannot be read, NotText where it leads to no text.
    """
    if isinstance(text, Path):
        with text.open("rb") as log:
            seen, ending = scan_to_end(log)
    else:
        seen, ending = scan_to_end(io.BytesIO(text) if isinstance(text, bytes) else text)
    context = Context.infer(stage, gpu, seen)
    ranked = drop_outranked(
        find_suspects(seen, context), seen, ending, context, gpu_asked_for=gpu == "expected"
    )
    return Explanation(
        headline=ranked[0].cause.id if ranked else None,
        findings=make_findings(ranked, seen, context),
        noise=find_noise(seen, context, ranked),
        if_gpu_expected=_if_gpu_expected(seen, ending, context, ranked),
        instead=tuple(_instead(ranked)),
        inferred=context.inferred,
    )


def _instead(ranked: tuple[Suspect, ...]) -> Iterator[Alternative]:
    """Yield what the headline may be mistaken for: all where it is not certain, else what was found as well."""
    causes = {suspect.cause.id for suspect in ranked}
    for one in ranked[0].cause.instead if ranked else ():
        if ranked[0].weight < SURE or one.cause in causes:
            yield one


def _if_gpu_expected(
    seen: Seen, ending: Ending, context: Context, ranked: tuple[Suspect, ...]
) -> tuple[Finding, ...]:
    """Return the first cause that only the expectation of a GPU would add."""
    if context.gpu != "unknown":
        return ()
    expecting = context.expecting_gpu()
    known = {suspect.cause.id for suspect in ranked}
    expected = drop_outranked(find_suspects(seen, expecting), seen, ending, expecting, gpu_asked_for=True)
    added = tuple(one for one in expected if one.cause.id not in known)
    return make_findings(added[:1], seen, expecting)
