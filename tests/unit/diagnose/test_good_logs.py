"""Logs of runs that passed, made for real by `tests/goodlogs`, get no headline."""

from __future__ import annotations

import re

import pytest

from goodlogs.run import read_runs
from goodlogs.shelf import LOGS, read_logs
from tf_docker_check.diagnose.explain import explain

KEPT = read_logs()
PRIVATE = re.compile(
    rb"/tmp/goodlogs|https?://(?!index\.example)[\w.-]*(?:pip|pypi|npm|debian|ubuntu)[\w.-]*|https?://[\w.-]+:\w+@"
)


@pytest.mark.parametrize("name", KEPT)
def test_no_headline(name):
    explained = explain(KEPT[name])
    assert explained.headline is None, explained.findings


def test_each_run_has_its_log():
    assert KEPT.keys() == {run.name for run in read_runs()}
    assert len(KEPT) >= 150


def test_logs_are_small_and_of_no_machine():
    assert LOGS.stat().st_size < 500_000
    assert [name for name, text in KEPT.items() if PRIVATE.search(text)] == []
