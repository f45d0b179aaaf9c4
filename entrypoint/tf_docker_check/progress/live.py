"""Progress on a terminal: what runs now, with its time; what ended stays above."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tf_docker_check.model import event
from tf_docker_check.model.observation import BuildResult
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.report.terminal import STYLES, SYMBOLS
from tf_docker_check.results import cells
from tf_docker_check.results.gate import end
from tf_docker_check.results.rows import seconds


@dataclass
class _Work:
    title: str
    doing: str
    started: float


class Board:
    """An observer; rendered, it is one line for each build or cell that runs now."""

    def __init__(
        self, console: Console, *, verbose: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console, self._verbose, self._clock = console, verbose, clock
        self._lock = threading.Lock()
        self._running: dict[str, _Work] = {}
        self._cell_line, self._total = 0, 0

    def __call__(self, happened: event.Event) -> None:
        """Update the display for the event *happened*."""
        with self._lock:
            text = self._take(happened)
        if text:
            self._console.print(text, soft_wrap=True)

    def _take(self, happened: event.Event) -> Text | None:
        match happened:
            case event.RunStarted(cells=number):
                self._cell_line, self._total = 0, number
            case event.BuildStarted(build=name, title=title):
                self._running[name] = _Work(title, "building", self._clock())
            case event.BuildLine(build=name, line=line) if name in self._running:
                self._running[name].doing = one_line(line, 200)
                return Text(f"  {one_line(line, 500)}", "dim") if self._verbose else None
            case event.BuildEnded(build=name, result=result) if name in self._running:
                return _build_line(self._running.pop(name).title, result)
            case event.CellStarted(cell=name):
                self._running[name] = _Work(name, "starting", self._clock())
            case event.CheckEnded(cell=name, check=check) if name in self._running:
                self._running[name].doing = f"{check.name} {check.status}"
            case event.CellEnded(result=result):
                self._running.pop(result.id, None)
                self._cell_line += 1
                return _cell_line(result)
            case event.CellsErrored(cells=number, reason=reason):
                self._cell_line += number
                return Text(
                    f"{SYMBOLS['errored']} {number} cells: {one_line(reason, 200)}", STYLES["errored"]
                )
        return None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines that fit the screen, and how many cells are done."""
        with self._lock:
            running = list(self._running.values())
            now = self._clock()
            done = f"{self._cell_line} of {self._total} cells done"
        room = max(1, options.max_height - 3)
        grid = Table.grid(padding=(0, 2), expand=True)
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=2)
        grid.add_column(justify="right", no_wrap=True, min_width=10)
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=3, style="dim")
        for work in running[:room]:
            grid.add_row(
                Text(one_line(work.title)), seconds(now - work.started), Text(one_line(work.doing, 200))
            )
        yield grid
        more = f", {len(running) - room} more running" if len(running) > room else ""
        yield Text(done + more, "bold")


@contextmanager
def live(stream: TextIO, *, verbose: bool = False) -> Iterator[Board]:
    """Draw a board on *stream* while the block runs."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    board = Board(console, verbose=verbose)
    with Live(board, console=console, refresh_per_second=4, transient=True, redirect_stdout=False):
        yield board


def _build_line(title: str, result: BuildResult) -> Text | None:
    took = "cached" if result.cached else seconds(result.seconds)
    if result.status is Status.PASSED:
        return Text(f"{SYMBOLS['passed']} {one_line(title)} built ({took})", "dim")
    return Text(
        f"{SYMBOLS[result.status.value]} {one_line(title)}: {one_line(result.reason)}", STYLES["failed"]
    )


def _cell_line(result: CellResult) -> Text:
    how = end(result)
    text = {"passed": seconds(result.seconds), "skipped": result.reason}.get(how, cells.title(result))
    return Text(f"{SYMBOLS[how]} {one_line(result.id)}: {one_line(text, 200)}", STYLES[how])
