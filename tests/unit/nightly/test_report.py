from __future__ import annotations

from dataclasses import replace

import pytest

from tf_docker_check.model.drift import Change
from tf_docker_check.nightly import issue_text
from tf_docker_check.nightly.bisect import Bisection, BisectionEnd, SingleChange
from tf_docker_check.nightly.issue_values import IssueAction, IssueMemory, IssuePolicy, NextAction
from tf_docker_check.nightly.night import Night, Record, SeenDigest
from tf_docker_check.nightly.night_report import NightReport, Regression
from tf_docker_check.nightly.report import describe_bisection, render
from tf_docker_check.nightly.signature import Signature
from tf_docker_check.upstream.tags import Tag, TagState

OLD, NEW = ("sha256:" + letter * 64 for letter in "ab")
FOUND = Regression(
    Signature("official-gpu", "gpu", "cudnn-mismatch", "libcudnn.so.8"),
    "0123456789abcdef",
    ("official-gpu/tf2.21.0@gpu",),
    title="cuDNN does not fit",
    confidence="confirmed",
    evidence=("cuDNN 8 is there, 9 is needed",),
    remedy="Install `nvidia-cudnn-cu12>=9`.",
    reproduce="docker run --rm img",
    image="tensorflow/tensorflow:latest-gpu",
    digest=NEW,
    first_bad=SeenDigest(NEW, "2026-01-09", 9),
    last_good=SeenDigest(OLD, "2026-01-08", 8),
    changes=(Change("cuda", "nvidia-cudnn-cu12", "9.3", "8.9"),),
    bisected=Bisection(
        BisectionEnd.ISOLATED, (SingleChange("pip", "nvidia-cudnn-cu12", "9.3", "8.9"),), trials=4
    ),
    history=(
        Record(9, 1, "2026-01-09", "official-gpu/tf2.21.0@gpu", "failed", digest=NEW, cause="cudnn-mismatch"),
    ),
)
MEMORY = IssueMemory(
    "0123456789abcdef", FOUND.cells, FOUND.first_bad, FOUND.last_good, NEW, run=9, when="2026-01-09"
)
HOSTILE = "<img src=x> @everyone #1 | ]( `x` $y$\n\n# big\x1b[31m --> http://evil.example"


def test_an_issue_tells_all_there_is_to_know() -> None:
    told = issue_text.body(FOUND, MEMORY, IssuePolicy())
    for part in (
        "**Failing**",
        OLD,
        "official-gpu/tf2.21.0@gpu",
        "cudnn-mismatch",
        "cuDNN 8 is there, 9 is needed",
        "nvidia-cudnn-cu12>=9",
        f"FROM tensorflow/tensorflow@{OLD}",
        "| cuda | `nvidia-cudnn-cu12` | `9.3` | `8.9` |",
        "with this alone: `nvidia-cudnn-cu12`",
        "docker run --rm img",
        "| `2026-01-09`",
    ):
        assert part in told
    assert issue_text.title(FOUND) == (
        "TensorFlow image regression: official-gpu@gpu cudnn-mismatch (libcudnn.so.8)"
    )


def test_a_good_night_changes_the_state_alone() -> None:
    told = issue_text.body(FOUND, MEMORY, IssuePolicy())
    better = issue_text.with_new_status(told, replace(MEMORY, good_nights=1), IssuePolicy())
    assert "**Good for 1 of 3 nights**" in better
    assert "**Failing**" not in better
    assert better.partition("<!-- /status -->")[2] == told.partition("<!-- /status -->")[2]
    assert issue_text.with_new_status(better, MEMORY, IssuePolicy()) == told


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (IssueAction.UPDATE, ""),
        (IssueAction.OPEN, ""),
        (IssueAction.LEAVE, ""),
        (IssueAction.CLOSE, "Good for"),
        (IssueAction.REOPEN, "It is back"),
        (IssueAction.COMMENT, "Changed in this night"),
    ],
)
def test_only_changes_are_commented(step: IssueAction, said: str) -> None:
    told = issue_text.comment(NextAction(step, MEMORY, "digest"), FOUND)
    assert told.startswith(said)
    assert bool(told) is bool(said)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, ""),
        (Bisection(BisectionEnd.NOT_SEPARABLE, why="Python"), "Not separable"),
        (Bisection(BisectionEnd.OUT_OF_TIME), "Nothing is known yet"),
        (
            Bisection(BisectionEnd.OUT_OF_TIME, (SingleChange("pip", "six", "1", ""),)),
            "`six` `1` → not there",
        ),
        (Bisection(BisectionEnd.NO_PAIR, why="good is bad"), "no pair"),
    ],
)
def test_how_the_search_ended_is_said(found, said: str) -> None:
    assert said in describe_bisection(found)


def test_a_night_tells_what_is_wrong_first() -> None:
    report = NightReport(
        Night(9, 1, "2026-01-09"),
        tags=(Tag("a:1", TagState.SAME), Tag("b:1", TagState.VANISHED, before=OLD, pulls=True, why="404")),
        releases=("TensorFlow 99 has had no image",),
        due={FOUND.cells[0]: "moved"},
        ends={FOUND.cells[0]: "failed"},
        regressions=(FOUND,),
        infrastructure={"c:1": "no answer"},
        infrastructure_nights=2,
        notes=("a note",),
    )
    told = render(report)
    order = [
        "1 regression",
        "cuDNN does not fit",
        "Infrastructure errors (night 2",
        "## Tags",
        "## Releases",
        "## Checked",
        "## Notes",
    ]
    assert [told.index(part) for part in order] == sorted(told.index(part) for part in order)
    assert "still pulls" in told
    assert "`a:1`" not in told


def test_a_quiet_night_says_so() -> None:
    report = NightReport(Night(9, 1, "x"), tags=(Tag("a:1", TagState.SAME),))
    assert "nothing was pulled or run" in render(report)


def test_strangers_text_stays_text() -> None:
    signature = Signature(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    hostile = replace(
        FOUND,
        signature=signature,
        cells=(HOSTILE,),
        title=HOSTILE,
        evidence=(HOSTILE,),
        remedy=HOSTILE,
        image=HOSTILE,
        notes=(HOSTILE,),
        changes=(Change(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        reproduce=HOSTILE,
    )
    report = NightReport(
        Night(1, 1, HOSTILE),
        tags=(Tag(HOSTILE, TagState.NEW, why=HOSTILE),),
        regressions=(hostile,),
        due={HOSTILE: HOSTILE},
    )
    for told in (
        issue_text.body(replace(hostile, reproduce=""), MEMORY, IssuePolicy()),
        render(report),
    ):
        assert "<img" not in told.replace("`", "\0").split("\0")[0]
        assert "\x1b" not in told
        assert "\n# big" not in told
