"""What the kernel counts of memory, and that a rung which failed tells of it."""

from __future__ import annotations

import pytest

from tf_docker_check.resources.probes import ladder, memory
from tf_docker_check.resources.probes.frame import Fail


@pytest.mark.parametrize(
    ("text", "kills"),
    [
        ("low 0\nhigh 0\nmax 12\noom 2\noom_kill 2\noom_group_kill 0\n", 2),  # version 2
        ("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", 3),  # version 1
        ("oom_kill_disable 0\nunder_oom 0\n", 0),
        ("oom_kill many\n", 0),
    ],
)
def test_kills_are_read_from_either_version(tmp_path, monkeypatch, text, kills):
    (tmp_path / "events").write_text(text)
    monkeypatch.setattr(memory, "KILLS", (str(tmp_path / "gone"), str(tmp_path / "events")))
    assert memory.oom_kills() == kills


class Channel:
    """Keeps the facts it is told."""

    def __init__(self):
        self.facts = {}

    def emit(self, kind, **fields):
        pass

    def fact(self, name, value):
        self.facts[name] = value


@pytest.mark.parametrize(("counted", "facts"), [([1, 3, 3], {"memory.oom_kills": 2}), ([1, 1], {})])
def test_a_rung_that_failed_tells_of_processes_killed_under_it(monkeypatch, counted, facts):
    def broken(_fact):
        raise Fail("the pool is broken")

    counts = iter(counted)
    monkeypatch.setattr(ladder, "oom_kills", lambda: next(counts))
    monkeypatch.setitem(ladder.RUNGS, "data", broken)
    channel = Channel()
    ladder.climb_stage(channel, ["data"])
    assert channel.facts == facts
