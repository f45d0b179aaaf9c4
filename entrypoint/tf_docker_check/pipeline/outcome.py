"""Compare results with the base branch's, and apply the gate."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tf_docker_check.gha.event import Context
from tf_docker_check.model.results import Results
from tf_docker_check.report import markdown
from tf_docker_check.report.context import ReportContext
from tf_docker_check.results.compare import BaselineStatus, Comparison, compare
from tf_docker_check.results.gate import Verdict, conclusion


@dataclass(frozen=True)
class Outcome:
    """Results, their verdict, and what a page shows besides them."""

    results: Results
    verdict: Verdict
    page_context: ReportContext

    @property
    def comparison(self) -> Comparison:
        """Return the comparison of every cell with the base branch."""
        return self.page_context.comparison

    @property
    def already_failing(self) -> frozenset[str]:
        """Return the ids of cells that failed in the same way on the base branch."""
        return frozenset(
            name for name, cell in self.comparison.cells if cell.relation is BaselineStatus.ALREADY
        )

    def page(self, limit: int, *, missing: tuple[str, ...] = (), hint: str = "") -> str:
        """Render the report in at most *limit* bytes; *missing* and *hint* as in `ReportContext`."""
        context = replace(self.page_context, missing=missing, hint=hint or self.page_context.hint)
        return markdown.render(self.results, self.verdict, limit=limit, context=context)


def evaluate(results: Results, base: Results | None, fail_on: str, run: Context) -> Outcome:
    """Compare *results* of *run* with *base*, and apply the gate *fail_on*."""
    comparison = compare(results, base)
    context = ReportContext(
        comparison=comparison,
        base=run.base_branch if base else "",
        pull=run.pull is not None,
        attempt=run.attempt,
        run_url=run.run_url,
        commit_url=run.commit_url,
    )
    return Outcome(results, conclusion(results, fail_on, comparison), context)
