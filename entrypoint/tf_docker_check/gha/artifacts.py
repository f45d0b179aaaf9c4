"""Artifacts of the run in progress, stored and read by the action itself."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tf_docker_check.gha import bundle
from tf_docker_check.gha.artifact_service import (
    ANSWER_BYTES,
    NAME,
    Service,
    check_answer,
    connect,
    field,
    number,
    text,
)
from tf_docker_check.github import wire
from tf_docker_check.github.errors import GitHubError
from tf_docker_check.github.retry import RetryBudget
from tf_docker_check.model.text import one_line

BLOCK = 8 * 1024 * 1024  # bytes per request; a blob has at most 50,000 blocks
_FORBIDDEN = re.compile(r'[":<>|*?\\/\x00-\x1f\x7f]')


@dataclass(frozen=True)
class Listed:
    """An artifact of this run. `run` and `job` are the service's ids, `size` is in bytes."""

    id: int
    name: str
    size: int
    created: str  # RFC 3339
    run: str
    job: str


def safe_name(wanted: str) -> str:
    """*wanted* as an artifact's name: what the service refuses becomes a dash."""
    return _FORBIDDEN.sub("-", wanted)[:255].strip() or "artifact"


def upload(
    files: Mapping[str, bytes],
    name: str,
    environment: Mapping[str, str],
    retry_budget: RetryBudget | None = None,
) -> int:
    """Store *files* (by relative path) as the artifact *name*, made a `safe_name`, of this run; its id.

    Raises NoToken, NameTaken, BadBundle where the files are over 500 MB, and GitHubError.
    """
    service = connect(environment, retry_budget)
    data, name = bundle.make(files), safe_name(name)
    request = {**service.ids(), "name": name, "version": 4}
    made = service.retry(lambda: service.once("CreateArtifact", request))
    if field(made, "ok") is False:
        raise GitHubError(f"{NAME} did not take {one_line(name, 100)!r}")
    _put(service, wire.safe(text(made, "signed_upload_url"), service.origin), data)
    return _finalize(service, name, data)


def of_this_run(
    environment: Mapping[str, str], retry_budget: RetryBudget | None = None
) -> tuple[Listed, ...]:
    """What the jobs of this run have stored so far, in all attempts. Raises NoToken, GitHubError."""
    return _list(connect(environment, retry_budget))


def fetch(
    artifact: Listed, environment: Mapping[str, str], limit: int, retry_budget: RetryBudget | None = None
) -> bytes:
    """The zip of an artifact of this run. Raises NoToken, and GitHubError where it is over *limit* bytes."""
    service = connect(environment, retry_budget)
    request = {
        "workflow_run_backend_id": artifact.run,
        "workflow_job_run_backend_id": artifact.job,
        "name": artifact.name,
    }

    def attempt() -> bytes:  # each gets a new address
        address = service.once("GetSignedArtifactURL", request)
        return wire.download(wire.safe(text(address, "signed_url"), service.origin), limit)

    return service.retry(attempt)


def _put(service: Service, url: str, data: bytes) -> None:
    """Blocks, then the list of them: the way that every server of this protocol understands."""
    names = []
    for start in range(0, len(data), BLOCK):
        name = base64.b64encode(f"{start // BLOCK:08}".encode()).decode()
        _put_part(service, url, f"comp=block&blockid={quote(name, safe='')}", data[start : start + BLOCK])
        names.append(name)
    latest = "".join(f"<Latest>{name}</Latest>" for name in names)
    listed = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{latest}</BlockList>'
    _put_part(service, url, "comp=blocklist", listed.encode())


def _put_part(service: Service, url: str, query: str, body: bytes) -> None:
    address = f"{url}{'&' if '?' in url else '?'}{query}"
    headers = {"Content-Type": "application/octet-stream", "x-ms-blob-content-type": "application/zip"}

    def attempt() -> None:
        check_answer(wire.send("PUT", address, ANSWER_BYTES, headers=headers, body=body), "the upload")

    service.retry(attempt)


def _finalize(service: Service, name: str, data: bytes) -> int:
    request = {
        **service.ids(),
        "name": name,
        "size": str(len(data)),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }

    def make() -> int:
        return number(service.once("FinalizeArtifact", request), "artifact_id")

    def find() -> int | None:
        ours = (
            artifact.id
            for artifact in _list(service)
            if artifact.name == name and artifact.job == service.job
        )
        return next(ours, None)

    return service.retry_budget.create(make, find, NAME)


def _list(service: Service) -> tuple[Listed, ...]:
    answer = service.retry(lambda: service.once("ListArtifacts", service.ids()))
    listed = field(answer, "artifacts")
    return tuple(_read_artifact(entry) for entry in (listed if isinstance(listed, list) else ()))


def _read_artifact(document: object) -> Listed:
    return Listed(
        id=number(document, "database_id"),
        name=text(document, "name"),
        size=number(document, "size"),
        created=str(field(document, "created_at") or ""),
        run=text(document, "workflow_run_backend_id"),
        job=text(document, "workflow_job_run_backend_id"),
    )
