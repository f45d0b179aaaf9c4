"""explain on the address of a run: its failed jobs' logs, from a fake GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from fakegithub import given, server
from fakegithub.server import Running
from fakegithub.state import OWN, Job, Step, Token
from tf_docker_check.cli.main import run
from tf_docker_check.gha import failed_jobs

pytestmark = pytest.mark.outside

STEPS = [
    Step("Set up job", "success", "2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z"),
    Step("Train", "failure", "2026-01-01T10:00:02Z", "2026-01-01T10:00:04Z"),
]


def log(*lines: str) -> bytes:
    stamped = [
        "##[group]Run python train.py",
        "##[endgroup]",
        *lines,
        "##[error]Process completed with exit code 1.",
    ]
    return "".join(f"2026-01-01T10:00:03.0000000Z {line}\n" for line in stamped).encode()


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    with server.start() as running:
        monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
        monkeypatch.setenv("GITHUB_API_URL", running.url)
        monkeypatch.setenv("GH_TOKEN", "token")
        yield running


def add_job(github: Running, name: str = "train", *lines: str, conclusion: str = "failure") -> Job:
    state = github.state
    of = next(iter(state.repository.runs.values()), None) or given.run(state, conclusion="failure")
    job = given.job(state, of, name, conclusion)
    job.steps, job.log = list(STEPS), log(*lines)
    return job


def url(job: Job, *, only: bool = False) -> str:
    return f"https://github.com/{OWN}/actions/runs/{job.run_id}" + (f"/job/{job.id}" if only else "")


def answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_failed_job_is_explained(github, capsys):
    job = add_job(github, "train", "FATAL: kernel too old")
    add_job(github, "lint", "fine", conclusion="success")
    add_job(github, "serve", "exec /bin/sh: exec format error")
    assert run(["explain", "--json", url(job)]) == 0
    assert [answer["headline"] for answer in answers(capsys)] == ["kernel-too-old", "arch-mismatch"]
    assert run(["explain", url(job, only=True)]) == 0
    out = capsys.readouterr().out
    assert f"actions/runs/{job.run_id}/job/{job.id}, job 'train', step 'Train':" in out
    assert "kernel-too-old" in out
    assert "arch-mismatch" not in out


def test_the_token_stays_with_the_api(github, capsys):
    job = add_job(github, "train", "FATAL: kernel too old")
    assert run(["explain", url(job)]) == 0
    stored = [asked for asked in github.requests if "/artifacts/" in asked.path]
    assert stored  # which refuses a request with a token
    assert "token" not in capsys.readouterr().out


def test_none_has_failed(github, capsys):
    job = add_job(github, conclusion="success")
    assert run(["explain", url(job)]) == 0
    assert "none of its 1 jobs has failed" in capsys.readouterr().err


def test_no_token(github, capsys, monkeypatch):
    monkeypatch.delenv("GH_TOKEN")
    assert run(["explain", url(add_job(github))]) == 2
    assert "no token to read logs with" in capsys.readouterr().err
    assert github.requests == []


def test_another_server_sees_no_request(github, capsys):
    assert run(["explain", "https://evil.example/o/r/actions/runs/1"]) == 2
    assert "the token is for https://github.com" in capsys.readouterr().err
    assert github.requests == []


def test_no_such_run(github, capsys):
    assert run(["explain", "--json", f"https://github.com/{OWN}/actions/runs/404"]) == 3
    out, err = capsys.readouterr()
    assert "GitHub knows nothing" in err
    assert json.loads(out)["headline"] is None


def test_a_token_that_may_not_read_actions(github, capsys):
    github.state.tokens["token"] = Token(permissions={"contents": "read"})
    assert run(["explain", url(add_job(github))]) == 3
    assert "`actions: read`" in capsys.readouterr().err


def test_an_expired_log_and_one_that_is_there(github, capsys):
    add_job(github, "old").log_expired = True
    job = add_job(github, "train", "FATAL: kernel too old")
    assert run(["explain", "--json", url(job)]) == 3
    out, err = capsys.readouterr()
    assert [json.loads(line)["headline"] for line in out.splitlines()] == [None, "kernel-too-old"]
    assert "job 'old', step 'Train'): its log has expired" in err


def test_a_huge_log_is_not_read(github, capsys, monkeypatch):
    monkeypatch.setattr(failed_jobs, "LOG_LIMIT", 100)
    assert run(["explain", url(add_job(github, "train", "x" * 1000))]) == 3
    assert "more than 100 bytes" in capsys.readouterr().err


def test_a_matrix_that_fails_as_a_whole_is_explained_in_part(github, capsys, monkeypatch):
    monkeypatch.setattr(failed_jobs, "MOST", 2)
    jobs = [add_job(github, f"train {number}", "FATAL: kernel too old") for number in range(5)]
    assert run(["explain", "--json", url(jobs[0])]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["headline"] for line in out.splitlines()] == ["kernel-too-old"] * 2 + [None]
    assert "3 more jobs have failed" in err


def test_hostile_names_and_lines_are_shown_as_text(github, capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    job = add_job(
        github, "\x1b[2J::set-output name=x::y", "::error::FATAL: kernel too old \x1b[31m", "##[add-mask]a"
    )
    job.steps[1].name = "::add-mask::a\nb"
    assert run(["explain", url(job)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::") or "##[" in line]
