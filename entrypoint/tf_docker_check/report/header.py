"""Render the beginning of a page: the verdict, what is new and whose fault, the recommendation, the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tf_docker_check.model.blame import FaultOwner
from tf_docker_check.report.context import ReportContext
from tf_docker_check.report.escape import code, fold, grid, prose
from tf_docker_check.report.truncation import Detail
from tf_docker_check.results import cells, rows
from tf_docker_check.results.gate import Verdict
from tf_docker_check.results.group import FailureGroup
from tf_docker_check.results.recommend import Recommendation

SYMBOLS = {"passed": "✅", "failed": "❌", "known": "🟡", "errored": "⚠️", "skipped": "➖", "": "➖"}
NAMED = 3  # failures in the line below the heading
OPEN = 20  # rows; more would push what failed out of sight
_CONCLUSIONS = {"success": "✅", "failure": "❌", "neutral": "⚠️"}
_PASSING = frozenset({"passed", "skipped"})


def heading(verdict: Verdict) -> str:
    """Return the verdict."""
    return f"## {_CONCLUSIONS[verdict.conclusion]} TensorFlow images: {verdict.headline}"


def base_name(context: ReportContext) -> str:
    """Return the branch that was compared with."""
    return code(context.base, 60) or "the base branch"


def blames(failures: Sequence[FailureGroup], context: ReportContext) -> str:
    """Return one line: what is new, what is upstream's fault, what the runner's."""
    unowned = [group for group in failures if not group.first.known]
    upstream, runner = (
        [group for group in unowned if group.first.blame and group.first.blame.owner is owner]
        for owner in (FaultOwner.UPSTREAM, FaultOwner.RUNNER)
    )
    fresh = [group for group in unowned if group.new and group not in (*upstream, *runner)]
    where = "in this pull request" if context.pull else f"since {base_name(context)}"
    parts = {
        f"New {where}": fresh if context.comparison.made else [],
        "Upstream": upstream,
        "Runner": runner,
    }
    return " ".join(f"**{label}:** {_group_names(groups)}." for label, groups in parts.items() if groups)


def advice(recommended: Recommendation) -> str:
    """Return which base image to use and why; empty if none was checked."""
    if not recommended.strategy:
        why = recommended.why_not
        return f"**Use:** no clear winner. {prose(_sentence(why))}" if why else ""
    base = f" ({code(recommended.base, 120)})" if recommended.base else ""
    reasons = prose("; ".join(recommended.reasons))
    remarks = "".join(f" {prose(_sentence(remark))}" for remark in recommended.remarks)
    return f"**Use:** {code(recommended.image_id, 120)}{base}: {reasons}.{remarks}"


def table(
    shown: rows.Table, recommended: Recommendation, context: ReportContext, detail: Detail
) -> Iterator[str]:
    """Return one row for each image; rows that do not pass are cut last."""
    failing = [row for row in shown.rows if row.end not in _PASSING][: detail.rows]
    passing = [row for row in shown.rows if row.end in _PASSING][: detail.passing]
    lines = [*failing, *passing]
    if lines:
        yield _grid(lines[:OPEN], shown, recommended, context)
    if rest := lines[OPEN:]:
        yield fold(f"{len(rest)} more images", _grid(rest, shown, recommended, context))
    if left := len(shown.rows) - len(failing) - len(passing):
        passing_left = sum(row.end in _PASSING for row in shown.rows) - len(passing)
        yield f"*{left} more images are not shown, {passing_left} of them passing or not run.*"


def _grid(
    lines: Iterable[rows.Row], shown: rows.Table, recommended: Recommendation, context: ReportContext
) -> str:
    compared = context.comparison.made
    cuda = any(row.cuda for row in shown.rows)
    delta = " (Δ)" if compared else ""
    head = ["Strategy", *map(_runner, shown.runners), "TF · Python"]
    head += ["CUDA/cuDNN wanted → found"] if cuda else []
    head += [f"Size{delta}", f"Import{delta}"]
    head += [f"Against {base_name(context)}"] if compared else []
    return grid(head, [_row(row, recommended, cuda=cuda, compared=compared) for row in lines])


def _row(row: rows.Row, recommended: Recommendation, *, cuda: bool, compared: bool) -> list[str]:
    strategy, remark = rows.name(row, 80)
    best = " **(recommended)**" if row.image_id == recommended.image_id else ""
    line = [code(strategy, 80) + remark + best]
    line += [_outcome(outcome) for outcome in row.outcomes]
    line += [prose(row.versions, 60)]
    line += [row.cuda or "–"] if cuda else []
    line += [_with(row.size, row.size_more), _with(row.import_time, row.import_more)]
    against = prose(row.against, 120) or "–"
    line += [f"**{against}**" if row.new else against] if compared else []
    return line


def _with(value: str, more: str) -> str:
    return f"{value} ({more})" if more else value


def _runner(name: str) -> str:
    return name.upper() if name in {"cpu", "gpu"} else prose(name, 40)


def _outcome(outcome: rows.Outcome) -> str:
    word = f"**{outcome.word}**" if outcome.end == "failed" else outcome.word
    detail = f": {prose(outcome.detail, 60)}" if outcome.detail else ""
    return f"{SYMBOLS[outcome.end]} {word}{detail}"


def _group_names(groups: Sequence[FailureGroup]) -> str:
    names = [f"{_who(group)}: {prose(cells.title(group.first), 160)}" for group in groups[:NAMED]]
    return "; ".join(names) + (f"; and {len(groups) - NAMED} more" if len(groups) > NAMED else "")


def _who(group: FailureGroup) -> str:
    others = len(group.cells) - 1
    return code(group.first.id, 120) + (f" and {others} more" if others else "")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
