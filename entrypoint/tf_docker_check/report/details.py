"""The end of a page: what was not run, and folded sections on changes, logs, messages and hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tf_docker_check.image.reference import add_digest
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import tail
from tf_docker_check.report.context import ReportContext
from tf_docker_check.report.escape import block, code, fold, grid, html_code, link, prose
from tf_docker_check.report.failures import names
from tf_docker_check.results import cells, rows
from tf_docker_check.results.group import FailureGroup
from tf_docker_check.results.prediction_check import disagreements
from tf_docker_check.results.recommend import Recommendation

NAMED = 8  # cells of one reason


def others(results: Results, limit: int) -> Iterator[str]:
    """List cells that ended otherwise than predicted, were skipped or excluded, and notes."""
    skipped = [(cell.id, cell.reason) for cell in results.cells if cell.status is Status.SKIPPED]
    excluded = [(one.cell.id, one.reason) for one in results.excluded]
    otherwise = list(disagreements(results))
    for title, pairs in (("Predicted otherwise", otherwise), ("Skipped", skipped), ("Excluded", excluded)):
        if pairs and limit:
            yield f"### {title}\n\n{_bullets(_reasons(pairs), limit)}"
    if limit and (notes := cells.notes(results)):
        yield f"### Notes\n\n{_bullets([prose(note) for note in notes], limit)}"


def changes(context: ReportContext, limit: int) -> Iterator[str]:
    """Yield what differs from the base branch, each change once."""
    cells_by_change: dict[tuple[str, str, str], list[str]] = {}
    for name, compared in context.comparison.cells:
        for change in compared.changes:
            cells_by_change.setdefault((change.name, change.before, change.after), []).append(name)
    parts = []
    if cells_by_change and limit:
        lines = [
            [prose(what), code(before, 100), code(after, 100), names(where, 3)]
            for (what, before, after), where in list(cells_by_change.items())[:limit]
        ]
        parts.append(grid(["What", "Base branch", "Here", "Cells"], lines))
    if len(cells_by_change) > limit:
        parts.append(f"*{len(cells_by_change) - limit} more changes are not shown.*")
    if context.comparison.gone and limit:
        parts.append(f"Only on the base branch: {names(list(context.comparison.gone), NAMED)}")
    if limit and parts:
        base = html_code(context.base, 60) or "the base branch"
        commit = f" ({html_code(context.comparison.commit[:12])})" if context.comparison.commit else ""
        yield fold(f"What changed against {base}{commit}", "\n\n".join(parts))


def logs(failures: Sequence[FailureGroup], lines: int, most: int) -> Iterator[str]:
    """Yield the end of the logs of *most* cells of each group, in the order of the sections."""
    sections = [
        f"{code(cell.id)}\n\n{block(log, 'text')}"
        for group in failures
        for cell in group.cells[:most]
        if (log := tail(cells.log(cell), lines))
    ]
    if sections:
        yield fold(f"Logs of failing cells (the last {lines} lines)", "\n\n".join(sections))


def noise(results: Results) -> Iterator[str]:
    """Yield messages that look alarming and are harmless, each once."""
    pairs = [
        (cell.id, f"`{one.name.replace('`', '')}`: {one.why}") for cell in results.cells for one in cell.noise
    ]
    cells_by_message = cells.by_reason(pairs)
    if cells_by_message:
        lines = [f"{prose(what)} ({_cells(len(set(where)))})" for what, where in cells_by_message.items()]
        yield fold(f"Harmless messages seen ({len(cells_by_message)})", _bullets(lines, 30))


def hosts(results: Results, recommended: Recommendation, most: int) -> Iterator[str]:
    """Yield engines, machines, digests and timings of *most* cells."""
    ran = [cell for cell in results.cells if cell.status is not Status.SKIPPED]
    lines = [_timing(cell) for cell in ran[:most]]
    head = ["Cell", "Checks", "Build", "Run", "Image", "Base"]
    about = [f"- {_engine(engine)}" for engine in results.engines]
    if recommended.digest and recommended.base:
        pinned = add_digest(recommended.base, recommended.digest)
        about.append(f"- recommended, by its digest: {code(pinned)}")
    parts = ["\n".join(about), grid(head, lines) if lines else ""]
    if len(ran) > most:
        parts.append(f"*{_cells(len(ran) - most)} more: see results.json.*")
    if any(parts):
        yield fold("Hosts, digests, timings", "\n\n".join(part for part in parts if part))


def footer(results: Results, context: ReportContext) -> Iterator[str]:
    """Yield commit, run and links."""
    run = results.run
    attempt = f", attempt {context.attempt}" if context.attempt else ""
    parts = [
        link(f"commit {code(run.commit[:12])}", context.commit_url) if run.commit else "",
        link(f"run {_number(run.run_id)}{attempt}", context.run_url) if run.run_id else "",
        *(link(prose(text, 60), address) for text, address in context.links),
        f"started {code(run.started, 40)}" if run.started else "",
        f"tf-docker-check {code(run.tool, 40)}" if run.tool else "",
        prose(context.hint),
    ]
    if line := " · ".join(part for part in parts if part):
        yield f"<sub>{line}</sub>"


def _number(run_id: str) -> str:
    """Return the number of a workflow's run as GitHub shows it; the rest of the id distinguishes jobs."""
    number = run_id.partition("-")[0]
    return number if re.fullmatch(r"[0-9]{1,20}", number) else prose(run_id, 80)


def _reasons(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{names(where, NAMED)}: {prose(reason)}" for reason, where in cells.by_reason(pairs).items()]


def _bullets(lines: list[str], limit: int) -> str:
    shown = [f"- {line}" for line in lines[:limit]]
    if len(lines) > limit:
        shown.append(f"- and {len(lines) - limit} more")
    return "\n".join(shown)


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _timing(cell: CellResult) -> list[str]:
    build, image = cell.build, cell.image
    return [
        code(cell.id),
        cells.checks(cell),
        ("cached" if build.cached else rows.seconds(build.seconds)) if build else "–",
        rows.seconds(cell.exit.seconds) if cell.exit else "–",
        code(image.digest or image.id, 80) if image else "–",
        code(cells.pinned_base(build), 160) if build and build.base else "–",
    ]


def _engine(engine: EngineInfo) -> str:
    parts = {
        "": f"{engine.kind or 'engine'} {engine.version}",
        "builder ": engine.builder,
        "on ": engine.os,
        "kernel ": engine.kernel,
        "with ": f"{engine.cpus} CPUs" if engine.cpus else "",
        "memory ": rows.size(engine.memory) if engine.memory else "",
    }
    return ", ".join(name + prose(value, 100) for name, value in parts.items() if value)
