"""The token a job gets for the results service: a JWT whose `scp` names the job, signed with HMAC-SHA256."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid

KEY = b"no secret: this service holds nothing but test data"


def backend_id(what: str) -> str:
    """What the results service calls a run or a job: an id of its own that no number can be read from."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, what))


def make(run: int, job: str) -> str:
    scopes = f"Actions.Example Actions.Results:{backend_id(f'run {run}')}:{backend_id(f'job {run} {job}')}"
    head = _encode(b'{"typ":"JWT","alg":"HS256"}')
    signed = f"{head}.{_encode(json.dumps({'scp': scopes, 'iss': 'fakegithub'}).encode())}"
    return f"{signed}.{_encode(_signature(signed))}"


def ids(token: str) -> tuple[str, str] | None:
    """Run and job that *token* is for; None if it is not one of ours."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_encode(_signature(signed)), signature):
        return None
    payload = signed.partition(".")[2]
    scopes: str = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["scp"]
    run, job = next(scope for scope in scopes.split() if scope.startswith("Actions.Results:")).split(":")[1:]
    return run, job


def _signature(signed: str) -> bytes:
    return hmac.new(KEY, signed.encode(), hashlib.sha256).digest()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
