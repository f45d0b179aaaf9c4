"""Check runs: only a GitHub App may write them, and only its own."""

from __future__ import annotations

from typing import Any

from fakegithub.call import Call, found, listed
from fakegithub.message import Answer, Refused, invalid
from fakegithub.state import CheckRun

LONGEST_TEXT = 65_535
"""Of the summary and of the text (operation checks/create)."""


def get(call: Call) -> Answer:
    return Answer(200, show(call, found(call.repository.check_runs, call.number("check_run_id"))))


def create(call: Call) -> Answer:
    _must_be_app(call)
    run = CheckRun(call.state.next_id(), call.login, str(call.body["name"]), str(call.body["head_sha"]))
    run.started = call.state.time()
    _change(call, run)
    call.repository.check_runs[run.id] = run
    return Answer(201, show(call, run))


def update(call: Call) -> Answer:
    _must_be_app(call)
    run = found(call.repository.check_runs, call.number("check_run_id"))
    if run.app != call.login:
        raise Refused(
            403, "Invalid app_id `1` - check run can only be modified by the GitHub App that created it."
        )
    _change(call, run)
    return Answer(200, show(call, run))


def of_commit(call: Call) -> Answer:
    name = call.query.get("check_name")
    sha = call.repository.refs.get(f"refs/heads/{call.parameters['ref']}", call.parameters["ref"])
    chosen = [
        run for run in call.repository.check_runs.values() if run.head_sha == sha and name in {None, run.name}
    ]
    return listed(call, chosen, show, "check_runs")


def list_annotations(call: Call) -> Answer:
    run = found(call.repository.check_runs, call.number("check_run_id"))
    return listed(call, run.annotations, lambda _, annotation: annotation)


def _must_be_app(call: Call) -> None:
    if not call.token or not call.token.installation:
        raise Refused(403, "You must authenticate via a GitHub App.")


def _change(call: Call, run: CheckRun) -> None:
    body, output = call.body, call.body.get("output") or {}
    for name in ("summary", "text"):
        if len(output.get(name) or "") > LONGEST_TEXT:
            raise invalid("CheckRun", name, f"{name} exceeds a maximum length of {LONGEST_TEXT}")
        setattr(run, name, output.get(name, getattr(run, name)))
    run.title = output.get("title", run.title)
    run.annotations += output.get("annotations", [])
    for name in ("name", "details_url", "external_id"):
        setattr(run, name, body.get(name, getattr(run, name)))
    run.conclusion = body.get("conclusion", run.conclusion)
    run.status = "completed" if "conclusion" in body else body.get("status", run.status)
    if run.status == "completed":
        run.completed = body.get("completed_at", call.state.time())


def show(call: Call, run: CheckRun) -> dict[str, Any]:
    url = f"{call.url}/check-runs/{run.id}"
    return {
        "id": run.id,
        "name": run.name,
        "head_sha": run.head_sha,
        "status": run.status,
        "conclusion": run.conclusion or None,
        "url": url,
        "html_url": f"{call.web}/runs/{run.id}",
        "details_url": run.details_url or f"{call.web}/runs/{run.id}",
        "external_id": run.external_id,
        "started_at": run.started or None,
        "completed_at": run.completed or None,
        "output": {
            "title": run.title or None,
            "summary": run.summary or None,
            "text": run.text or None,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.id},
        "app": {"slug": run.app.removesuffix("[bot]"), "name": run.app},
        "pull_requests": [],
    }
