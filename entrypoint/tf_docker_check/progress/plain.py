"""Progress as lines of a log: one for each build or cell that starts or ends, and a sign of life in between."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TextIO

from tf_docker_check.model import event
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line, plain
from tf_docker_check.results import cells
from tf_docker_check.results.gate import end
from tf_docker_check.results.rows import seconds

SILENCE = 20.0  # seconds without a line after which we say what is going on
KEPT_LINES = 2000  # of one build's log, where logs are asked for


def _indent(title: str, text: str) -> str:
    return "\n".join([title, *(f"    {line}" for line in plain(text).splitlines())]) + "\n"


@dataclass(frozen=True)
class Log:
    """How a log wants it. `line` makes one line of text harmless there; `group` folds a stranger's text."""

    line: Callable[[str], str] = str
    group: Callable[[str, str], str] = _indent


@dataclass
class _Work:
    title: str
    started: float
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    last: str = ""


class Plain:
    """An observer that writes lines to *stream*. Call `tick` about every second."""

    def __init__(
        self, stream: TextIO, log: Log, *, verbose: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream, self._log, self._verbose, self._clock = stream, log, verbose, clock
        self._lock = threading.Lock()
        self._running: dict[str, _Work] = {}
        self._spoke = clock()
        self._ended, self._total = 0, 0

    def __call__(self, happened: event.Event) -> None:
        """Write a line about the event *happened*."""
        with self._lock:
            self._take(happened)

    def tick(self) -> None:
        """Break a silence that has lasted too long."""
        with self._lock:
            if self._clock() - self._spoke >= SILENCE:
                self._say(self._pulse())

    def _take(self, happened: event.Event) -> None:
        match happened:
            case event.RunStarted(cells=number, counts=counts):
                self._ended, self._total = 0, number
                self._say(counts)
            case event.BuildStarted(build=name, title=title):
                self._begin(name, title)
                self._say(f"build    {one_line(title)}")
            case event.BuildLine(build=name, line=line) if name in self._running:
                self._running[name].lines.append(line)
                self._running[name].last = one_line(line, 120)
            case event.BuildEnded(build=name, result=result) if name in self._running:
                work = self._running.pop(name)
                took = "cached" if result.cached else seconds(result.seconds)
                reason = f": {one_line(result.reason)}" if result.reason else ""
                self._say(f"{_word(result.status):8} {work.title} ({took}){reason}")
                self._fold(f"build log of {work.title}", "\n".join(work.lines))
            case event.CellStarted(cell=name):
                self._begin(name, name)
                self._say(f"check    {one_line(name)}")
            case event.CheckEnded(cell=name, check=check) if name in self._running:
                self._running[name].last = f"{one_line(check.name)} {check.status}"
            case event.CellEnded(result=result):
                self._running.pop(result.id, None)
                self._ended += 1
                count = f"({self._ended} of {self._total})"
                self._say(f"{end(result):8} {one_line(result.id)} {count}{describe(result)}")

            case event.CellsErrored(cells=number, reason=reason):
                self._ended += number
                self._say(f"errored  {number} cells: {one_line(reason, 500)}")

    def _begin(self, name: str, title: str) -> None:
        self._running[name] = _Work(one_line(title), self._clock())

    def _pulse(self) -> str:
        now = self._clock()
        doing = [
            f"{work.title} ({seconds(now - work.started)}{', ' if work.last else ''}{work.last})"
            for work in self._running.values()
        ]
        return f"...      {'; '.join(doing) or 'waiting for the engine'}"

    def _fold(self, title: str, text: str) -> None:
        if self._verbose and text:
            self._write(self._log.group(self._log.line(title), text))

    def _say(self, text: str) -> None:
        self._write(self._log.line(text) + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
        self._spoke = self._clock()


@contextmanager
def ticking(observer: Plain, interval: float = 1.0) -> Iterator[None]:
    """Let *observer* tick from a thread of its own."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(interval):
            with suppress(OSError):
                observer.tick()

    thread = threading.Thread(target=tick, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def describe(result: CellResult) -> str:
    if result.status is Status.PASSED:
        return ""
    return f": {one_line(result.reason if result.status is Status.SKIPPED else cells.title(result))}"


def _word(status: Status) -> str:
    return "built" if status is Status.PASSED else str(status)
