"""What a page begins with: the verdict, what is new and whose fault, what to use, the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tf_docker_check.model.blame import Whose
from tf_docker_check.report import cells, rows
from tf_docker_check.report.escape import code, folded, grid, prose
from tf_docker_check.report.families import Family
from tf_docker_check.report.gate import Verdict
from tf_docker_check.report.levels import Detail
from tf_docker_check.report.recommend import Recommendation
from tf_docker_check.report.told import Told

SYMBOLS = {"passed": "✅", "failed": "❌", "known": "🟡", "errored": "⚠️", "skipped": "➖", "": "➖"}
NAMED = 3  # failures in the line below the heading
OPEN = 20  # rows; more would push what failed out of sight
_CONCLUSIONS = {"success": "✅", "failure": "❌", "neutral": "⚠️"}
_PASSING = frozenset({"passed", "skipped"})


def heading(verdict: Verdict) -> str:
    """The verdict."""
    return f"## {_CONCLUSIONS[verdict.conclusion]} TensorFlow images: {verdict.headline}"


def base_name(told: Told) -> str:
    """The branch that was compared with."""
    return code(told.base, 60) or "the base branch"


def blames(failures: Sequence[Family], told: Told) -> str:
    """One line: what is new here, what is upstream's fault, what the runner's."""
    unowned = [family for family in failures if not family.first.known]
    upstream, runner = (
        [each for each in unowned if each.first.blame and each.first.blame.whose is whose]
        for whose in (Whose.UPSTREAM, Whose.RUNNER)
    )
    fresh = [each for each in unowned if each.new and each not in (*upstream, *runner)]
    where = "in this pull request" if told.pull else f"since {base_name(told)}"
    parts = {
        f"New {where}": fresh if told.comparison.made else [],
        "Upstream": upstream,
        "Runner": runner,
    }
    return " ".join(f"**{label}:** {_named(found)}." for label, found in parts.items() if found)


def advice(recommended: Recommendation) -> str:
    """Which base image to take and why; empty where nothing was checked that could be one."""
    if not recommended.strategy:
        why = recommended.why_not
        return f"**Use:** no clear winner. {prose(_sentence(why))}" if why else ""
    base = f" ({code(recommended.base, 120)})" if recommended.base else ""
    reasons = prose("; ".join(recommended.reasons))
    remarks = "".join(f" {prose(_sentence(remark))}" for remark in recommended.remarks)
    return f"**Use:** {code(recommended.image_id, 120)}{base}: {reasons}.{remarks}"


def table(shown: rows.Table, recommended: Recommendation, told: Told, detail: Detail) -> Iterator[str]:
    """One row for each image; what does not pass stays longest."""
    failing = [row for row in shown.rows if row.end not in _PASSING][: detail.rows]
    passing = [row for row in shown.rows if row.end in _PASSING][: detail.passing]
    lines = [*failing, *passing]
    if lines:
        yield _grid(lines[:OPEN], shown, recommended, told)
    if rest := lines[OPEN:]:
        yield folded(f"{len(rest)} more images", _grid(rest, shown, recommended, told))
    if left := len(shown.rows) - len(failing) - len(passing):
        hidden = sum(row.end in _PASSING for row in shown.rows) - len(passing)
        yield f"*{left} more images are not shown, {hidden} of them passing or not run.*"


def _grid(lines: Iterable[rows.Row], shown: rows.Table, recommended: Recommendation, told: Told) -> str:
    compared = told.comparison.made
    cuda = any(row.cuda for row in shown.rows)
    delta = " (Δ)" if compared else ""
    head = ["Strategy", *map(_runner, shown.runners), "TF · Python"]
    head += ["CUDA/cuDNN wanted → found"] if cuda else []
    head += [f"Size{delta}", f"Import{delta}"]
    head += [f"Against {base_name(told)}"] if compared else []
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


def _named(found: Sequence[Family]) -> str:
    said = [f"{_who(each)}: {prose(cells.title(each.first), 160)}" for each in found[:NAMED]]
    return "; ".join(said) + (f"; and {len(found) - NAMED} more" if len(found) > NAMED else "")


def _who(family: Family) -> str:
    others = len(family.cells) - 1
    return code(family.first.id, 120) + (f" and {others} more" if others else "")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
