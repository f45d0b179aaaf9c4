"""Explain a failure by any log, without an engine."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tf_docker_check.diagnose.context import Context
from tf_docker_check.diagnose.outcome import drop_outranked
from tf_docker_check.diagnose.scan import scan_to_end
from tf_docker_check.diagnose.weigh import find_noise, find_suspects, make_findings
from tf_docker_check.model.finding import Finding, Noise

STAGES = ("build", "import", "init", "run", "distributed")
EXPECTATIONS = ("expected", "none", "unknown")


@dataclass(frozen=True)
class Explanation:
    """The explanation of a log. `headline` is the first cause's id, None without any."""

    headline: str | None
    findings: tuple[Finding, ...]
    noise: tuple[Noise, ...]


def explain(text: bytes | Path | BinaryIO, stage: str | None = None, gpu: str = "unknown") -> Explanation:
    """Explain a log, given as its bytes, its path or an open binary file.

    *stage* is one of STAGES or None, *gpu* one of EXPECTATIONS. Raises OSError where the path
    cannot be read.
    """
    if isinstance(text, Path):
        with text.open("rb") as log:
            seen, ending = scan_to_end(log)
    else:
        seen, ending = scan_to_end(io.BytesIO(text) if isinstance(text, bytes) else text)
    context = Context.of(stage, gpu, seen.keys())
    ranked = drop_outranked(find_suspects(seen, context), ending, context)
    return Explanation(
        headline=ranked[0].cause.id if ranked else None,
        findings=make_findings(ranked, context),
        noise=find_noise(seen, context, ranked),
    )
