from __future__ import annotations

import threading
from io import StringIO

import pytest
from report.samples import BUILD_FAILURE, CRASHED, HEALTHY, HOSTILE, SKIPPED

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
from tf_docker_check.progress.plain import Log, Plain, ticking

SLIM = HEALTHY.id


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tell(clock):
    out = StringIO()

    def make(*events, verbose=False, log=None):
        observer = Plain(out, log or Log(), verbose=verbose, clock=clock)
        for each in events:
            observer(each)
        return observer, out

    return make


def test_each_thing_that_begins_or_ends_is_a_line(tell):
    _, out = tell(
        RunStarted(3, "3 cells, 1 build"),
        BuildStarted("k", "python:3.12-slim + tensorflow"),
        BuildLine("k", "Collecting tensorflow"),
        BuildEnded("k", BuildResult(Status.PASSED, 31.5)),
        CellStarted(SLIM),
        CheckEnded(SLIM, Check("import", Status.PASSED)),
        CellEnded(HEALTHY),
        CellEnded(CRASHED),
        CellEnded(SKIPPED),
    )
    assert out.getvalue().splitlines() == [
        "3 cells, 1 build",
        "build    python:3.12-slim + tensorflow",
        "built    python:3.12-slim + tensorflow (31.5 s)",
        "check    slim/tf2.21.0/py3.12@cpu",
        "passed   slim/tf2.21.0/py3.12@cpu (1 of 3)",
        "failed   official-gpu/tf2.21.0@cpu (2 of 3): the container died of SIGILL",
        "skipped  official-gpu/tf2.21.0@gpu (3 of 3): this machine has no GPU",
    ]


def test_a_long_silence_is_broken_by_what_is_going_on(tell, clock):
    observer, out = tell(BuildStarted("k", "slim"), BuildLine("k", "Downloading tensorflow (600 MB)"))
    said = []
    for second in range(1, 91):
        clock.now = float(second)
        before = len(out.getvalue())
        observer.tick()
        if len(out.getvalue()) > before:
            said.append(second)
    assert said[0] < 30
    assert max(later - earlier for earlier, later in zip([0, *said], [*said, 90], strict=True)) < 30
    assert "slim (20.0 s, Downloading tensorflow (600 MB))" in out.getvalue()


def test_between_builds_and_cells_there_is_no_long_silence_either(tell, clock):
    observer, out = tell(CellStarted(SLIM), CellEnded(HEALTHY))
    clock.now = 25.0
    observer.tick()
    observer.tick()
    assert out.getvalue().splitlines()[2:] == ["...      waiting for the engine"]


def test_build_output_is_shown_to_those_who_ask_and_whole_builds_at_a_time(tell):
    events = (
        BuildStarted("a", "one"),
        BuildStarted("b", "two"),
        BuildLine("a", "a1"),
        BuildLine("b", "b1"),
        BuildLine("a", "a2"),
        BuildEnded("a", BuildResult(Status.FAILED, reason="exit code: 1")),
    )
    _, out = tell(*events)
    assert "a1" not in out.getvalue()
    _, out = tell(*events, verbose=True)
    assert "failed   one (0.0 s): exit code: 1\nbuild log of one\n    a1\n    a2\n" in out.getvalue()


def test_what_strangers_wrote_passes_through_the_log_s_own_filters(tell):
    log = Log(line=lambda text: text.replace("##[", "!"), group=lambda title, text: f"<{title}>{text}</>\n")
    _, out = tell(
        BuildStarted("a", "##[error]t"),
        BuildLine("a", "::error::x"),
        BuildEnded("a", BuildResult(Status.FAILED, reason="##[error]r")),
        verbose=True,
        log=log,
    )
    assert "##[" not in out.getvalue()
    assert "<build log of !error]t>::error::x</>\n" in out.getvalue()


def test_a_line_break_in_a_name_makes_no_second_line(tell):
    _, out = tell(BuildStarted("a", "one\n::error::two\rthree"))
    assert out.getvalue() == "build    one ::error::two three\n"


def test_events_of_something_that_never_began_are_let_go(tell):
    _, out = tell(
        BuildLine("x", "late"),
        CheckEnded("x", Check("import", Status.PASSED)),
        BuildEnded("x", BUILD_FAILURE.build),
    )
    assert out.getvalue() == ""


def test_a_hostile_cell_is_one_line(tell):
    _, out = tell(RunStarted(1, "1 cell, 0 builds"), CellEnded(HOSTILE))
    assert len(out.getvalue().splitlines()) == 2
    assert not {"\x1b", "\r", "\u202e"} & set(out.getvalue())


def test_many_threads_write_whole_lines(tell):
    observer, out = tell(RunStarted(400, "400 cells, 0 builds"))
    threads = [
        threading.Thread(target=lambda: [observer(CellEnded(HEALTHY)) for _ in range(100)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(out.getvalue().splitlines()) == 401
    assert "(400 of 400)" in out.getvalue()


def test_the_ticking_ends_with_the_block(tell):
    ticked = threading.Event()
    observer, _ = tell()
    observer.tick = ticked.set
    before = threading.active_count()
    with ticking(observer, interval=0.001):
        assert ticked.wait(5)
    assert threading.active_count() == before
