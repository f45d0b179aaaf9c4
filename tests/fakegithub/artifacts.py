"""Artifacts as the REST API has them. `fakegithub.results` is how a job makes them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from fakegithub.call import Call, found, listed
from fakegithub.message import Answer, Refused, not_found
from fakegithub.state import Artifact


def of_run(call: Call) -> Answer:
    found(call.repository.runs, call.number("run_id"))
    return _listed(call, call.number("run_id"))


def of_repository(call: Call) -> Answer:
    return _listed(call, None)


def _listed(call: Call, run: int | None) -> Answer:
    """Newest first."""
    name = call.query.get("name")
    chosen = [
        artifact
        for _, artifact in sorted(call.repository.artifacts.items(), reverse=True)
        if run in {None, artifact.run_id} and name in {None, artifact.name}
    ]
    return listed(call, chosen, show, "artifacts")


def get(call: Call) -> Answer:
    return Answer(200, show(call, found(call.repository.artifacts, call.number("artifact_id"))))


def download(call: Call) -> Answer:
    """A redirect to the storage, good for a minute."""
    if call.parameters["archive_format"] != "zip":
        raise not_found()
    artifact: Artifact = found(call.repository.artifacts, call.number("artifact_id"))
    if artifact.expired:
        raise Refused(410, "Artifact has expired")
    return Answer(302, None, {"location": call.sign(artifact)})


def show(call: Call, artifact: Artifact) -> dict[str, Any]:
    url = f"{call.url}/actions/artifacts/{artifact.id}"
    run = call.repository.runs.get(artifact.run_id)
    head = call.state.repositories.get(run.head_repository) if run else None
    return {
        "id": artifact.id,
        "name": artifact.name,
        "size_in_bytes": len(artifact.data),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": artifact.expired,
        "created_at": artifact.created,
        "updated_at": artifact.created,
        "expires_at": _later(artifact.created, days=90),
        "digest": f"sha256:{hashlib.sha256(artifact.data).hexdigest()}",
        "workflow_run": run
        and {
            "id": run.id,
            "repository_id": call.repository.id,
            "head_repository_id": head.id if head else 0,
            "head_branch": run.head_branch,
            "head_sha": run.head_sha,
        },
    }


def _later(moment: str, *, days: int) -> str:
    end = datetime.fromisoformat(moment.replace("Z", "+00:00")) + timedelta(days=days)
    return end.strftime("%Y-%m-%dT%H:%M:%SZ")
