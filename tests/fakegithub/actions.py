"""Workflows, their runs and jobs."""

from __future__ import annotations

import zlib
from typing import Any

from fakegithub import repositories
from fakegithub.call import Call, found, listed, user
from fakegithub.message import Answer, Refused, not_found
from fakegithub.state import Job, Repository, Run


def get_run(call: Call) -> Answer:
    return Answer(200, show_run(call, found(call.repository.runs, call.number("run_id"))))


def list_runs(call: Call) -> Answer:
    """Newest first."""
    runs = [run for run in call.repository.runs.values() if _wanted(call, run)]
    runs.sort(key=lambda run: run.id, reverse=True)
    return listed(call, runs, show_run, "workflow_runs")


def _wanted(call: Call, run: Run) -> bool:
    query, status = call.query, call.query.get("status")
    exact = {"branch": run.head_branch, "event": run.event, "head_sha": run.head_sha, "actor": run.actor}
    return (
        all(query.get(name, value) == value for name, value in exact.items())
        and status in {None, run.status, run.conclusion}
        and ("workflow_id" not in call.parameters or run.workflow == _workflow(call))
        and _in_time(run.created, query.get("created", ""))
    )


def _in_time(created: str, wanted: str) -> bool:
    """`>=DAY`, `<=DAY`, `DAY..DAY` or a day, as docs "Searching for information" has dates."""
    if wanted.startswith((">=", "<=")):
        day, given = created[: len(wanted) - 2], wanted[2:]
        return day >= given if wanted[0] == ">" else day <= given
    first, between, last = wanted.partition("..")
    if between:
        return first <= created[: len(first)] and created[: len(last)] <= last
    return created.startswith(wanted)


def list_workflows(call: Call) -> Answer:
    return listed(call, sorted(_names(call.repository).values()), _show_workflow, "workflows")


def get_workflow(call: Call) -> Answer:
    return Answer(200, _show_workflow(call, _workflow(call)))


def _workflow(call: Call) -> str:
    """By number or by file name."""
    wanted, names = call.parameters["workflow_id"], _names(call.repository)
    name = names.get(int(wanted)) if wanted.isdigit() else wanted
    if name not in names.values():
        raise not_found()
    assert name
    return name


def _names(repository: Repository) -> dict[int, str]:
    return {workflow_id(run.workflow): run.workflow for run in repository.runs.values()}


def workflow_id(name: str) -> int:
    return zlib.crc32(name.encode())


def jobs(call: Call) -> Answer:
    """Those of the latest attempt, unless `filter=all`."""
    run = found(call.repository.runs, call.number("run_id"))
    chosen = [
        job
        for job in call.repository.jobs.values()
        if job.run_id == run.id and (call.query.get("filter") == "all" or job.attempt == run.attempt)
    ]
    return listed(call, chosen, _show_job, "jobs")


def jobs_of_attempt(call: Call) -> Answer:
    run, attempt = found(call.repository.runs, call.number("run_id")), call.number("attempt_number")
    if attempt > run.attempt:
        raise not_found()
    chosen = [job for job in call.repository.jobs.values() if (job.run_id, job.attempt) == (run.id, attempt)]
    return listed(call, chosen, _show_job, "jobs")


def get_job(call: Call) -> Answer:
    return Answer(200, _show_job(call, found(call.repository.jobs, call.number("job_id"))))


def job_log(call: Call) -> Answer:
    """A redirect to the storage, good for a minute."""
    job: Job = found(call.repository.jobs, call.number("job_id"))
    if job.log_expired:
        raise Refused(410, "Server Error")
    if job.status != "completed":
        raise not_found()
    return Answer(302, None, {"location": call.sign(job)})


def show_run(call: Call, run: Run) -> dict[str, Any]:
    url = f"{call.url}/actions/runs/{run.id}"
    workflow = workflow_id(run.workflow)
    return {
        "id": run.id,
        "run_number": run.number,
        "run_attempt": run.attempt,
        "event": run.event,
        "status": run.status,
        "conclusion": run.conclusion or None,
        "path": f".github/workflows/{run.workflow}",
        "name": run.workflow,
        "workflow_id": workflow,
        "workflow_url": f"{call.url}/actions/workflows/{workflow}",
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "head_repository": repositories.show_named(call, run.head_repository),
        "repository": repositories.show(call, call.repository),
        "pull_requests": _pull_requests(call, run),
        "actor": user(run.actor),
        "created_at": run.created,
        "updated_at": run.created,
        "run_started_at": run.created,
        "url": url,
        "html_url": f"{call.web}/actions/runs/{run.id}",
        "jobs_url": f"{url}/jobs",
        "artifacts_url": f"{url}/artifacts",
        "head_commit": None,
    }


def _pull_requests(call: Call, run: Run) -> list[dict[str, Any]]:
    """The open ones from this branch; none ever for a fork's run (actions/runner#3444)."""
    here = {"id": call.repository.id, "url": call.url, "name": call.repository.name.partition("/")[2]}
    if run.head_repository != call.repository.name:
        return []
    return [
        {
            "id": 10**6 + issue.number,
            "number": issue.number,
            "url": f"{call.url}/pulls/{issue.number}",
            "head": {"ref": issue.pull.head_branch, "sha": issue.pull.head_sha, "repo": here},
            "base": {"ref": issue.pull.base_branch, "sha": "b" * 40, "repo": here},
        }
        for issue in call.repository.issues.values()
        if issue.pull
        and issue.state == "open"
        and (issue.pull.head_repository, issue.pull.head_branch) == (run.head_repository, run.head_branch)
    ]


def _show_workflow(call: Call, name: str) -> dict[str, Any]:
    number = workflow_id(name)
    return {
        "id": number,
        "name": name,
        "path": f".github/workflows/{name}",
        "state": "active",
        "url": f"{call.url}/actions/workflows/{number}",
    }


def _show_job(call: Call, job: Job) -> dict[str, Any]:
    run: Run = call.repository.runs[job.run_id]
    return {
        "id": job.id,
        "run_id": job.run_id,
        "run_attempt": job.attempt,
        "name": job.name,
        "status": job.status,
        "conclusion": job.conclusion or None,
        "head_sha": run.head_sha,
        "url": f"{call.url}/actions/jobs/{job.id}",
        "run_url": f"{call.url}/actions/runs/{job.run_id}",
        "html_url": f"{call.web}/actions/runs/{job.run_id}/job/{job.id}",
        "completed_at": None,
        "steps": [
            {
                "name": step.name,
                "status": "completed" if step.conclusion else "queued",
                "conclusion": step.conclusion or None,
                "number": number,
                "started_at": step.started or None,
                "completed_at": step.completed or None,
            }
            for number, step in enumerate(job.steps, start=1)
        ],
    }
