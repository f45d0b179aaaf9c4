"""The report as GitHub's Markdown, never longer than it may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tf_docker_check.model.finding import Evidence, Finding
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import tail
from tf_docker_check.report import cells, rows
from tf_docker_check.report.escape import block, code, prose
from tf_docker_check.report.foresight import disagreements
from tf_docker_check.report.gate import Verdict, conclusion, end

SUMMARY_LIMIT = 1024 * 1024  # bytes; a step summary beyond is dropped whole
COMMENT_LIMIT = 65_536  # characters to GitHub; counted in bytes, which are never fewer

SYMBOLS = {"passed": "✅", "failed": "❌", "known": "🟡", "errored": "⚠️", "skipped": "➖", "": "➖"}
_CONCLUSIONS = {"success": "✅", "failure": "❌", "neutral": "⚠️"}


@dataclass(frozen=True)
class _Detail:
    """How much is told; numbers are upper bounds."""

    log_lines: int = 60
    hosts: bool = True
    evidence: int = 8
    reproduce: bool = True
    sections: int = 1000
    rows: int = 10_000
    others: int = 1000  # skipped, excluded, notes


# What goes first when room is short, until it fits: logs, hosts, evidence, commands, sections, rows.
_LEVELS = (
    _Detail(),
    _Detail(log_lines=20),
    _Detail(log_lines=5),
    _Detail(log_lines=0),
    _Detail(log_lines=0, hosts=False, others=100),
    _Detail(log_lines=0, hosts=False, others=20, evidence=2),
    _Detail(log_lines=0, hosts=False, others=20, evidence=1, reproduce=False),
    _Detail(log_lines=0, hosts=False, others=10, evidence=1, reproduce=False, sections=50),
    _Detail(log_lines=0, hosts=False, others=5, evidence=1, reproduce=False, sections=10, rows=200),
    _Detail(log_lines=0, hosts=False, others=5, evidence=0, reproduce=False, sections=3, rows=50),
    _Detail(log_lines=0, hosts=False, others=0, evidence=0, reproduce=False, sections=0, rows=20),
    _Detail(log_lines=0, hosts=False, others=0, evidence=0, reproduce=False, sections=0, rows=5),
)


def render(results: Results, verdict: Verdict | None = None, *, limit: int = SUMMARY_LIMIT) -> str:
    """The report in at most *limit* bytes of UTF-8; at the very least its heading, whatever *limit* is."""
    verdict = verdict or conclusion(results)
    for level in _LEVELS:
        text = "\n\n".join(_parts(results, verdict, level)) + "\n"
        if len(text.encode()) <= limit:
            return text
    return _heading(verdict) + "\n"


def _parts(results: Results, verdict: Verdict, detail: _Detail) -> Iterator[str]:
    yield _heading(verdict)
    if detail != _LEVELS[0]:
        yield "*Shortened to fit here; the results file has everything.*"
    yield from _table(results, detail.rows)
    troubled = rows.troubled(results)
    for cell in troubled[: detail.sections]:
        yield from _section(cell, detail)
    if len(troubled) > detail.sections:
        yield f"*{len(troubled) - detail.sections} more failing cells are told in the results file.*"
    yield from _others(results, detail.others)
    if detail.hosts:
        yield from _hosts(results)


def _heading(verdict: Verdict) -> str:
    return f"## {_CONCLUSIONS[verdict.conclusion]} TensorFlow images: {verdict.headline}"


def _table(results: Results, limit: int) -> Iterator[str]:
    shown = rows.table(results)
    if not shown.rows:
        return
    runners = [_runner(name) for name in shown.runners]
    head = ["Strategy", *runners, "TF · Python", "Size", "Import time"]
    yield _grid(head, [_row(row) for row in shown.rows[:limit]])
    if len(shown.rows) > limit:
        left = shown.rows[limit:]
        passing = sum(row.end == "passed" for row in left)
        yield f"*{len(left)} more images are not shown, {passing} of them passing.*"


def _runner(name: str) -> str:
    return name.upper() if name in {"cpu", "gpu"} else prose(name, 40)


def _row(row: rows.Row) -> list[str]:
    strategy, remark = rows.name(row, 80)
    outcomes = [_outcome(outcome) for outcome in row.outcomes]
    return [code(strategy, 80) + remark, *outcomes, prose(row.versions, 60), row.size, row.import_time]


def _outcome(outcome: rows.Outcome) -> str:
    word = f"**{outcome.word}**" if outcome.end == "failed" else outcome.word
    detail = f": {prose(outcome.detail, 60)}" if outcome.detail else ""
    return f"{SYMBOLS[outcome.end]} {word}{detail}"


def _grid(head: list[str], lines: Iterable[list[str]]) -> str:
    table = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in table)


def _section(cell: CellResult, detail: _Detail) -> Iterator[str]:
    first = cell.findings[0] if cell.findings else None
    title = prose(cells.title(cell), 160)
    how = f" *({first.confidence})*" if first else ""
    yield f"### {SYMBOLS[end(cell)]} {code(cell.id)}: {title}{how}"
    yield "\n".join(_points(cell, detail.evidence))
    if detail.reproduce and cell.reproduce:
        yield _folded("Reproduce with plain docker", block(cell.reproduce, "sh"))
    if log := tail(cells.log(cell), detail.log_lines):
        yield _folded("Log", block(log, "text"))


def _points(cell: CellResult, evidence: int) -> Iterator[str]:
    if cell.status is Status.ERRORED:
        yield "- **Not the image's fault**, as far as we can tell: it could not be judged."
    if cell.known:
        yield f"- **Known failure:** {prose(cell.known)}"
    if what := cells.what(cell):
        yield f"- **What happened:** {prose(what)}"
    if cell.image and cell.image.stand_in:
        yield "- **Stand-in:** the image was made in place of the published one."
    if cell.blame:
        yield f"- **Whose fault:** **{cell.blame.whose}**, {prose(cell.blame.why)}"
        yield from (f"- **Changed:** {prose(line)}" for line in cells.changed(cell.blame)[:evidence])
    if not cell.findings:
        yield "- **Cause:** unknown"
    for number, finding in enumerate(cell.findings):
        yield from _finding(finding, evidence, first=number == 0)


def _finding(finding: Finding, evidence: int, *, first: bool) -> Iterator[str]:
    if not first:
        yield f"- **Also:** {prose(finding.title, 160)} *({finding.confidence})*"
    for proof in finding.evidence[:evidence]:
        yield f"- **Evidence:** {_evidence(proof)}"
    if finding.remedy:
        yield f"- **Remedy:** {prose(finding.remedy)}"


def _evidence(proof: Evidence) -> str:
    return code(proof.text) + (f" (line {proof.line})" if proof.line else "")


def _others(results: Results, limit: int) -> Iterator[str]:
    """What ended otherwise than foretold, was not run, cannot exist; what else is to be said."""
    skipped = [(cell.id, cell.reason) for cell in results.cells if cell.status is Status.SKIPPED]
    excluded = [(each.cell.id, each.reason) for each in results.excluded]
    otherwise = list(disagreements(results))
    for title, pairs in (("Predicted otherwise", otherwise), ("Skipped", skipped), ("Left out", excluded)):
        if pairs and limit:
            yield f"### {title}\n\n{_bullets(_reasons(pairs), limit)}"
    if results.notes and limit:
        yield f"### Notes\n\n{_bullets([prose(note) for note in results.notes], limit)}"


def _reasons(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{_names(names)}: {prose(reason)}" for reason, names in cells.by_reason(pairs).items()]


def _names(names: list[str], limit: int = 8) -> str:
    shown = ", ".join(code(name) for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def _bullets(lines: list[str], limit: int) -> str:
    shown = [f"- {line}" for line in lines[:limit]]
    if len(lines) > limit:
        shown.append(f"- and {len(lines) - limit} more")
    return "\n".join(shown)


def _hosts(results: Results) -> Iterator[str]:
    head = ["Cell", "Checks", "Build", "Run", "Image", "Base"]
    lines = [_timing(cell) for cell in results.cells if cell.status is not Status.SKIPPED]
    engines = "\n".join(f"- {_engine(engine)}" for engine in results.engines)
    body = "\n\n".join(part for part in (engines, _grid(head, lines) if lines else "") if part)
    if body:
        yield _folded("Hosts, digests, timings", body)
    run = results.run
    told = {"tf-docker-check": run.tool, "commit": run.commit[:12], "run": run.run_id, "started": run.started}
    if line := " · ".join(f"{name} {prose(value, 80)}" for name, value in told.items() if value):
        yield f"<sub>{line}</sub>"


def _timing(cell: CellResult) -> list[str]:
    build, image = cell.build, cell.image
    return [
        code(cell.id),
        cells.checks(cell),
        ("cached" if build.cached else rows.seconds(build.seconds)) if build else "–",
        rows.seconds(cell.exit.seconds) if cell.exit else "–",
        code(image.digest or image.id, 80) if image else "–",
        code(cells.pinned(build), 160) if build and build.base else "–",
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


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
