from __future__ import annotations

from io import StringIO

import pytest
from report.samples import ATTACK, HEALTHY, HOSTILE, KNOWN, SKIPPED
from rich.console import Console

from progress.test_plain import Clock
from tf_docker_check.model.event import (
    BuildEnded,
    BuildLine,
    BuildStarted,
    CellEnded,
    CellStarted,
    CheckEnded,
    RunStarted,
)
from tf_docker_check.model.observation import BuildResult, Check
from tf_docker_check.model.status import Status
from tf_docker_check.progress.live import Board, live
from tf_docker_check.progress.progress import progress


@pytest.fixture
def console():
    return Console(file=StringIO(), width=80, height=10, force_terminal=False, markup=False, highlight=False)


def screen(console: Console, board: Board) -> list[str]:
    console.file.truncate(0)
    console.file.seek(0)
    console.print(board)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_what_runs_now_is_shown_with_its_time(console):
    clock = Clock()
    board = Board(console, clock=clock)
    board(RunStarted(2, "2 cells, 1 build"))
    board(BuildStarted("k", "slim"))
    board(BuildLine("k", "Collecting tensorflow"))
    clock.now = 5.0
    board(CellStarted(HEALTHY.id))
    board(CheckEnded(HEALTHY.id, Check("import", Status.PASSED)))
    clock.now = 65.0
    first, second, last = screen(console, board)
    assert first.split("  ")[0] == "slim"
    assert "1 min 5 s" in first
    assert "Collecting tensorflow" in first
    assert "1 min 0 s" in second
    assert "import passed" in second
    assert last == "0 of 2 cells done"


def test_what_ended_stays_above_and_is_said_once(console):
    board = Board(console)
    board(RunStarted(3, "3 cells, 1 build"))
    board(BuildStarted("k", "slim"))
    board(BuildEnded("k", BuildResult(Status.FAILED, reason="no space left on device")))
    for cell in (HEALTHY, SKIPPED, KNOWN):
        board(CellStarted(cell.id))
        board(CellEnded(cell))
    assert console.file.getvalue().splitlines() == [
        "✗ slim: no space left on device",
        "✓ slim/tf2.21.0/py3.12@cpu: 41.0 s",
        "- official-gpu/tf2.21.0@gpu: this machine has no GPU",
        "~ legacy/tf2.15.1/py3.11@cpu: numpy was built for another ABI",
    ]
    assert screen(console, board) == ["3 of 3 cells done"]


def test_it_never_grows_beyond_the_screen(console):
    board = Board(console)
    for number in range(50):
        board(CellStarted(f"cell{number}@cpu"))
    lines = screen(console, board)
    assert len(lines) <= 10
    assert lines[-1] == "0 of 0 cells done, 43 more running"


def test_builders_output_is_for_those_who_ask(console):
    for verbose in (False, True):
        board = Board(console, verbose=verbose)
        board(BuildStarted("k", "slim"))
        board(BuildLine("k", "Collecting tensorflow"))
    assert console.file.getvalue().splitlines() == ["  Collecting tensorflow"]


def test_strangers_do_not_draw_on_the_screen(console):
    board = Board(console, verbose=True)
    board(BuildStarted("k", ATTACK))
    board(BuildLine("k", ATTACK))
    board(CellStarted(ATTACK))
    shown = screen(console, board)
    board(BuildEnded("k", BuildResult(Status.FAILED, reason=ATTACK)))
    board(CellEnded(HOSTILE))
    text = "\n".join([*shown, console.file.getvalue()])
    assert not {"\x1b", "\u202e", "\x00", "\r"} & set(text)


class Terminal(StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_the_display_and_a_log_gets_lines(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    for stream, live_display in ((Terminal(), True), (StringIO(), False)):
        with progress(stream) as observe:
            observe(RunStarted(1, "1 cell, 0 builds"))
            observe(CellEnded(HEALTHY))
        assert ("\x1b[" in stream.getvalue()) is live_display
        assert HEALTHY.id in stream.getvalue()


def test_quiet_is_quiet():
    stream = Terminal()
    with progress(stream, quiet=True) as observe:
        observe(RunStarted(1, "1 cell, 0 builds"))
        observe(CellEnded(HEALTHY))
    assert stream.getvalue() == ""


def test_the_display_gives_the_cursor_back_when_the_run_breaks_off(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with pytest.raises(KeyboardInterrupt), live(stream):
        raise KeyboardInterrupt
    assert stream.getvalue().rfind("\x1b[?25h") > stream.getvalue().rfind("\x1b[?25l")


def test_a_stream_that_is_gone_costs_the_progress_and_not_the_run():
    tried = []

    class Gone(StringIO):
        def write(self, text):
            tried.append(text)
            raise BrokenPipeError

    with progress(Gone()) as observe:
        observe(RunStarted(1, "1 cell, 0 builds"))
        observe(CellEnded(HEALTHY))
    assert tried
