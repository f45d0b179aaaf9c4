"""The results service: artifacts by the v4 protocol (Twirp: POST, JSON in and out).

No public document describes it; this follows actions/toolkit, packages/artifact/src. A request that the
toolkit could not have sent (a field unknown or missing) is a violation, as one against the OpenAPI document.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from fakegithub import runtime_token
from fakegithub.message import Answer, Request
from fakegithub.state import Artifact, Repository, State
from fakegithub.storage import Storage, Upload

PREFIX = "/twirp/github.actions.results.api.v1.ArtifactService/"
IDS = {"workflow_run_backend_id", "workflow_job_run_backend_id"}
FIELDS = {
    "CreateArtifact": ({"name", "version"}, {"expires_at", "mime_type"}),
    "FinalizeArtifact": ({"name", "size"}, {"hash"}),
    "ListArtifacts": (set(), {"name_filter", "id_filter"}),
    "GetSignedArtifactURL": ({"name"}, set()),
    "DeleteArtifact": ({"name"}, set()),
}
"""CellComparison the ids: what each method must be told, and what it may be."""
FORBIDDEN = re.compile(r'[":<>|*?\\/\r\n]')
"""Not in an artifact's name (actions/toolkit, path-and-artifact-name-validation.ts)."""


class Malformed(Exception):
    """The toolkit could not have sent this."""


class Failed(Exception):
    """Twirp's error: status, code, message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = Answer(status, {"code": code, "msg": message})


def answer(request: Request, state: State, storage: Storage) -> Answer:
    """Raises Malformed."""
    ids = runtime_token.ids(request.token)
    if ids is None:
        return Answer(401, {"code": "unauthenticated", "msg": "invalid token"})
    method = request.path.removeprefix(PREFIX)
    body = _body(method, request)
    try:
        if ids != (body["workflow_run_backend_id"], body["workflow_job_run_backend_id"]):
            _own_run(ids, body, method)
        repository, run = _run(state, ids[0])
        value = METHODS[method](body, state, storage, repository, run)
    except Failed as failed:
        return failed.answer
    return Answer(200, _camel(value) if state.camel_case else value)


def _body(method: str, request: Request) -> dict[str, Any]:
    if request.method != "POST" or method not in METHODS:
        raise Malformed(f"no such method of the results service: {request.method} {request.path}")
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Malformed(f"{method}: the content type must be application/json")
    body = json.loads(request.body)
    needed, allowed = FIELDS[method]
    missing = (needed | IDS) - set(body)
    unknown = set(body) - needed - IDS - allowed
    if missing or unknown:
        raise Malformed(f"{method}: missing {sorted(missing)}, unknown {sorted(unknown)}")
    if not all(isinstance(value, str) for name, value in body.items() if name != "version"):
        raise Malformed(f"{method}: every field but version is a JSON string: {body}")
    return dict(body)


def _own_run(ids: tuple[str, str], body: Mapping[str, Any], method: str) -> None:
    """A job reads what other jobs of its run made, and writes for itself."""
    reads = method in {"ListArtifacts", "GetSignedArtifactURL"}
    if not reads or body["workflow_run_backend_id"] != ids[0]:
        raise Failed(403, "permission_denied", "the token is for another job")


def _run(state: State, backend: str) -> tuple[Repository, int]:
    for repository in state.repositories.values():
        for run in repository.runs:
            if runtime_token.backend_id(f"run {run}") == backend:
                return repository, run
    raise Failed(404, "not_found", "workflow run not found")


def _create(body: Any, state: State, storage: Storage, repository: Repository, run: int) -> dict[str, Any]:
    """Names are for good within a run; whether also across its attempts is not documented: here they are."""
    name = body["name"]
    if not name or FORBIDDEN.search(name):
        raise Failed(400, "invalid_argument", f"the artifact name is not valid: {name!r}")
    if _named(repository, run, name):
        raise Failed(409, "already_exists", "an artifact with this name already exists on the workflow run")
    job = body["workflow_job_run_backend_id"]
    return {"ok": True, "signed_upload_url": storage.sign(Upload(run, job, name), 3600)}


def _finalize(body: Any, state: State, storage: Storage, repository: Repository, run: int) -> dict[str, Any]:
    name = body["name"]
    if _named(repository, run, name):
        raise Failed(409, "already_exists", "an artifact with this name already exists on the workflow run")
    data = _uploaded(storage, run, name)
    if data is None:
        raise Failed(404, "not_found", f"nothing was uploaded for {name}")
    if int(body["size"]) != len(data):
        raise Failed(400, "invalid_argument", f"size is {len(data)}, not {body['size']}")
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if body.get("hash", digest) != digest:
        raise Failed(400, "invalid_argument", f"hash is {digest}, not {body['hash']}")
    job = body["workflow_job_run_backend_id"]
    made = Artifact(state.next_id(), name, data, run, job, created=state.time())
    repository.artifacts[made.id] = made
    return {"ok": True, "artifact_id": str(made.id)}


def _uploaded(storage: Storage, run: int, name: str) -> bytes | None:
    """The last whole upload, should a repeated CreateArtifact have given several addresses."""
    uploads = [what for what, _ in storage.signed.values() if isinstance(what, Upload)]
    done = [upload.data for upload in uploads if (upload.run_id, upload.name) == (run, name)]
    return next((data for data in reversed(done) if data is not None), None)


def _list(body: Any, state: State, storage: Storage, repository: Repository, run: int) -> dict[str, Any]:
    chosen = [
        artifact
        for artifact in repository.artifacts.values()
        if artifact.run_id == run
        and body.get("name_filter", artifact.name) == artifact.name
        and body.get("id_filter", str(artifact.id)) == str(artifact.id)
    ]
    return {"artifacts": [_show(artifact) for artifact in chosen]}


def _sign(body: Any, state: State, storage: Storage, repository: Repository, run: int) -> dict[str, Any]:
    artifact = _named(repository, run, body["name"])
    if artifact is None or artifact.expired:
        raise Failed(404, "not_found", "artifact not found")
    return {"signed_url": storage.sign(artifact, state.signed_for)}


def _delete(body: Any, state: State, storage: Storage, repository: Repository, run: int) -> dict[str, Any]:
    artifact = _named(repository, run, body["name"])
    if artifact is None:
        raise Failed(404, "not_found", "artifact not found")
    del repository.artifacts[artifact.id]
    return {"ok": True, "artifact_id": str(artifact.id)}


METHODS: dict[str, Callable[[Any, State, Storage, Repository, int], dict[str, Any]]] = {
    "CreateArtifact": _create,
    "FinalizeArtifact": _finalize,
    "ListArtifacts": _list,
    "GetSignedArtifactURL": _sign,
    "DeleteArtifact": _delete,
}


def _named(repository: Repository, run: int, name: str) -> Artifact | None:
    artifacts = repository.artifacts.values()
    return next((one for one in artifacts if (one.run_id, one.name) == (run, name)), None)


def _show(artifact: Artifact) -> dict[str, Any]:
    return {
        "workflow_run_backend_id": runtime_token.backend_id(f"run {artifact.run_id}"),
        "workflow_job_run_backend_id": artifact.job or runtime_token.backend_id("job"),
        "database_id": str(artifact.id),
        "name": artifact.name,
        "size": str(len(artifact.data)),
        "created_at": artifact.created,
        "digest": f"sha256:{hashlib.sha256(artifact.data).hexdigest()}",
    }


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {re.sub(r"_(.)", lambda found: found[1].upper(), name): _camel(one) for name, one in value.items()}
