"""The report for a terminal: the same rows as everywhere, then what failed and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line, plain, tail
from tf_docker_check.results import cells, rows
from tf_docker_check.results.compare import NONE, Comparison
from tf_docker_check.results.gate import Verdict, conclusion, end
from tf_docker_check.results.prediction_check import disagreements

LOG_LINES = 10
MAX_ROWS = 500  # of the table
MAX_SHOWN = 30  # failing cells
CHANGES = 5  # of one cell
SYMBOLS = {"passed": "✓", "failed": "✗", "known": "~", "errored": "!", "skipped": "-", "": "-"}
STYLES = {
    "passed": "green",
    "failed": "bold red",
    "known": "yellow",
    "errored": "yellow",
    "skipped": "dim",
    "": "dim",
}
_CONCLUSIONS = {"success": "bold green", "failure": "bold red", "neutral": "bold yellow"}


def render(
    results: Results,
    verdict: Verdict | None = None,
    *,
    width: int = 100,
    color: bool = False,
    comparison: Comparison = NONE,
) -> str:
    """Render the report in lines of at most *width* columns; commands and logs are never broken."""
    verdict = verdict or conclusion(results, comparison=comparison)
    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    if results.cells:
        _print_table(console, rows.table(results, comparison), compared=comparison.made)
    troubled = rows.failing_cells(results, comparison)
    for cell in troubled[:MAX_SHOWN]:
        _print_failure(console, cell)
    if len(troubled) > MAX_SHOWN:
        console.print(f"{len(troubled) - MAX_SHOWN} more failing cells: see results.json\n")
    _others(console, results)
    console.print(f"TensorFlow images: {verdict.headline}", style=_CONCLUSIONS[verdict.conclusion])
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def _print_table(console: Console, shown: rows.Table, *, compared: bool) -> None:
    console.print(_table(shown, compared=compared))
    if (more := len(shown.rows) - MAX_ROWS) > 0:
        console.print(f"{more} more images, none worse than the last row: see results.json\n")


def _table(shown: rows.Table, *, compared: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("strategy", overflow="fold")
    for name in [*shown.runners, "TF · Python"]:
        table.add_column(one_line(name, 30), overflow="fold")
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("import", justify="right", no_wrap=True)
    if compared:
        table.add_column("against base", overflow="fold")
    for row in shown.rows[:MAX_ROWS]:
        outcomes = [Text(_outcome(outcome), STYLES[outcome.end]) for outcome in row.outcomes]
        table.add_row(
            Text("".join(rows.name(row, 60))),
            *outcomes,
            Text(one_line(row.versions, 60)),
            row.size,
            row.import_time,
            *([Text(one_line(row.against, 60))] if compared else []),
        )
    return table


def _outcome(outcome: rows.Outcome) -> str:
    detail = f": {one_line(outcome.detail, 40)}" if outcome.detail else ""
    return f"{SYMBOLS[outcome.end]} {outcome.word}{detail}"


def _print_failure(console: Console, cell: CellResult) -> None:
    """Print one failing cell: what, evidence, remedy, how to reproduce, the end of its log."""
    name = f"{SYMBOLS[end(cell)]} {one_line(cell.id)}: {one_line(cells.title(cell).replace('`', ''), 160)}"
    console.print(
        name + (f" ({cell.findings[0].confidence})" if cell.findings else ""), style=STYLES[end(cell)]
    )
    for label, text in _points(cell):
        _hang(console, label, text)
    if cell.reproduce:
        console.print("  reproduce:")
        _verbatim(console, plain(cell.reproduce))
    if log := tail(cells.log(cell), LOG_LINES):
        console.print("  log:")
        _verbatim(console, log)
    console.print()


def _points(cell: CellResult) -> Iterator[tuple[str, str]]:
    if cell.known:
        yield "known", cell.known
    if what := cells.what(cell):
        yield "what", what
    if cell.blame:
        yield "fault", f"{cell.blame.owner}: {cell.blame.why}".replace("`", "")
        yield from (
            ("changed", line.replace("`", "")) for line in cells.describe_changes(cell.blame)[:CHANGES]
        )
    if not cell.findings:
        yield "cause", "unknown"
    for number, finding in enumerate(cell.findings):
        if number:
            yield "also", f"{finding.title} ({finding.confidence})"
        for proof in finding.evidence[:3]:
            yield "evidence", proof.text + (f" (line {proof.line})" if proof.line else "")
        if finding.remedy:
            yield "remedy", finding.remedy


def _hang(console: Console, label: str, text: str) -> None:
    """Print `label` and its text, further lines indented."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=9)
    grid.add_column(overflow="fold")
    grid.add_row(label, Text(one_line(text, 500)))
    console.print(Padding(grid, (0, 0, 0, 2)))


def _verbatim(console: Console, text: str) -> None:
    for line in text.split("\n"):
        console.print(f"    {line}", soft_wrap=True, style="dim")


def _others(console: Console, results: Results) -> None:
    skipped = [(cell.id, cell.reason) for cell in results.cells if cell.status is Status.SKIPPED]
    excluded = [(one.cell.id, one.reason) for one in results.excluded]
    otherwise = disagreements(results)
    for title, pairs in (("predicted", otherwise), ("skipped", skipped), ("excluded", excluded)):
        for reason, names in cells.by_reason(pairs).items():
            _hang(console, title, reason)
            _hang(console, "", _some(names))
    notes = cells.notes(results)
    for note in notes:
        _hang(console, "note", note)
    if otherwise or skipped or excluded or notes:
        console.print()


def _some(names: Sequence[str], limit: int = 6) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
