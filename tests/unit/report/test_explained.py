"""The page on failed jobs: what it says, its limit, and strangers' text in it."""

from __future__ import annotations

import pytest

from attacks import attacks
from rendered import assert_inert
from tf_docker_check.model.finding import Confidence, Evidence, Finding
from tf_docker_check.report.explained import JobReport, render

RUN = "https://github.com/o/r/actions/runs/1"
FINDING = Finding(
    cause="host-oom",
    title="Killed because of insufficient memory",
    confidence=Confidence.LIKELY,
    evidence=(Evidence("Killed", 12), Evidence("exited with code 137", 13)),
    remedy="Raise the limit (`--memory`).",
)


def page(*jobs: JobReport, total: int = 3, more: int = 0, limit: int = 60_000) -> str:
    return render(jobs, total=total, more=more, run_url=RUN, limit=limit)


def test_cause_evidence_and_remedy():
    text = page(
        JobReport("train (3.12)", f"{RUN}/job/2", "Train", (FINDING,)),
        JobReport("x", "", "", (), "it is gone"),
    )
    assert text.startswith("## ❌ 2 of 3 jobs failed\n\n### [`train (3.12)`]")
    assert "`host-oom`, Killed because of insufficient memory (likely)" in text
    assert "line 12: `Killed`" in text
    assert "**To do:** Raise the limit" in text
    assert "**Log:** it is gone" in text


def test_nothing_known_and_nothing_failed():
    assert "no known one" in page(JobReport("x", "", "", ()))
    assert page(total=4).startswith("## ✅ None of 4 jobs failed")


@pytest.mark.parametrize("limit", [100_000, 8000, 2000, 300, 0])
def test_the_limit_is_kept(limit):
    jobs = [JobReport(f"job {number}", RUN, "Train", (FINDING,) * 5) for number in range(20)]
    assert len(page(*jobs, total=90, more=70, limit=limit)) <= limit


@pytest.mark.parametrize("text", attacks("markdown"))
def test_strangers_text_is_inert(text):
    finding = Finding("host-oom", text, Confidence.LIKELY, (Evidence(text, 1),), text)
    jobs = [JobReport(text, "", text, (finding,)), JobReport("x", "", "", (), text)]
    assert_inert(render(jobs, total=2, more=0, run_url="", limit=60_000))
