"""The whole of it: from a plan to results on disk and a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from tf_docker_check.errors import CheckError
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.results import Results
from tf_docker_check.pipeline.context import RunContext
from tf_docker_check.pipeline.run import run_plan
from tf_docker_check.results.gate import Verdict, conclusion


@dataclass(frozen=True)
class Checked:
    """The result of a run. `unwritten` says why its documents are not in their directory."""

    results: Results
    verdict: Verdict
    unwritten: CheckError | None = None


def check(context: RunContext, plan: Plan) -> Checked:
    """Carry out *plan* and write results.json, junit.xml and report.md.

    Each cell is written as it ends, and the documents at the end or on an interrupt (which is raised again),
    so that neither an interrupt nor a kill loses results. Raises CheckError, before anything is built, if the
    directory cannot be written to or no engine can be reached.
    """
    recorder, directory = context.recorder, context.directory
    recorder.save(Results())
    if directory.problem:
        raise directory.problem
    run_plan(context, plan, recorder)
    verdict = conclusion(directory.results, context.config.fail_on)
    return Checked(directory.results, verdict, directory.problem)
