"""The watch over the probe's child."""

from __future__ import annotations

from tf_docker_check.resources.probes import supervise


def test_where_no_thread_can_be_started_the_child_works_without_a_watchdog(monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError("unable to start watchdog thread")

    monkeypatch.setattr(supervise.faulthandler, "dump_traceback_later", refuse)
    assert supervise.dump_before(10) is None
