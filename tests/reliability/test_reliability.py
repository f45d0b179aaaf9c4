"""The rows of every test run; `make reliability` runs all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reliability.inject import BEFORE, DURING
from reliability.judge import Got
from reliability.page import render
from reliability.row import Expected, Row, load

NEEDED = ("dockerd", "docker", "unshare", "ip", "mount")


def test_every_row_is_one_that_can_be_done() -> None:
    rows = load()
    assert len({row.name for row in rows}) == len(rows) >= 40
    assert {row.do for row in rows} <= DURING.keys()
    assert {name for row in rows for name in row.given} <= BEFORE.keys()


GOT = Got(
    Row("x", Expected((3,), {"good": ("passed",)}, ("container",), within=5, says="boom")),
    exit=3,
    cells={"good": "passed"},
    kept=("good",),
    left=("container",),
    text="boom",
)


def test_a_row_that_is_as_expected_has_nothing_wrong() -> None:
    assert GOT.wrong == []
    assert "| x | exit 3, good passed | the same | good | container | 0 |" in render([GOT])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"exit": 0}, "exit 0"),
        ({"cells": {"good": "failed"}}, "good: failed"),
        ({"cells": {}}, "good: no result"),
        ({"cells": {"good": "passed", "more": "failed"}}, "more: failed"),
        ({"left": ("none",)}, "left: none"),
        ({"after": ("image",)}, "left after the next run: image"),
        ({"seconds": 6.0}, "6 s"),
        ({"text": "quiet"}, "does not say 'boom'"),
        ({"text": "boom\nTraceback (most"}, "prints a traceback"),
        ({"trouble": "TimeoutError: x"}, "TimeoutError: x"),
    ],
)
def test_a_row_that_is_not_says_why(change: dict[str, object], words: str) -> None:
    assert replace(GOT, **change).wrong == [words]  # type: ignore[arg-type]


@pytest.mark.engine
@pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, NEEDED)), reason=f"needs root and {', '.join(NEEDED)}"
)
def test_faults_that_are_cheap_to_make() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reliability", "--fast"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=550,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
