"""The runner's own service for artifacts: one call of version 4 of its protocol.

Source: actions/toolkit, packages/artifact/src/internal. The run and job are told by the runtime token
(a JWT) in a word `Actions.Results:RUN:JOB` of its claim `scp`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from tf_docker_check.errors import CannotJudge
from tf_docker_check.github import wire
from tf_docker_check.github.errors import Forbidden, GitHubError
from tf_docker_check.github.retry import RetryBudget
from tf_docker_check.model.text import one_line
from tf_docker_check.net.retry import RetryableError, whole_seconds

NAME = "the artifact service"
ANSWER_BYTES = 8 * 1024 * 1024
PASSING = frozenset({429, 500, 502, 503, 504})

T = TypeVar("T")


class NoToken(CannotJudge):
    """The runner gave no token for artifacts: files can only be left in the workspace."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "this runner lets no action upload artifacts",
            why=why,
            remedy="add a step that uses `actions/upload-artifact` on the results' folder",
        )


class NameTaken(GitHubError):
    """The run has an artifact of that name; it cannot be replaced."""


@dataclass(frozen=True)
class Service:
    """Where the service is, and the ids of the run and job that the token is for."""

    origin: str
    token: str
    run: str
    job: str
    retry_budget: RetryBudget

    def ids(self) -> dict[str, object]:
        """What every call names."""
        return {"workflow_run_backend_id": self.run, "workflow_job_run_backend_id": self.job}

    def retry(self, action: Callable[[], T]) -> T:
        """*action*'s result, tried again while it raises RetryableError."""
        return self.retry_budget.retry(action, NAME)

    def once(self, method: str, body: Mapping[str, object]) -> object:
        """The answer to one call. Raises RetryableError where it may be better the next time."""
        answer = wire.send(
            "POST",
            f"{self.origin}/twirp/github.actions.results.api.v1.ArtifactService/{method}",
            ANSWER_BYTES,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            body=json.dumps(body).encode(),
        )
        try:
            document: object = json.loads(check_answer(answer, method).body)
        except (ValueError, RecursionError):
            raise RetryableError(f"its answer to {method} is not JSON") from None
        return document


def connect(environment: Mapping[str, str], retry_budget: RetryBudget | None) -> Service:
    """The service that *environment* tells of. Raises NoToken."""
    token, address = environment.get("ACTIONS_RUNTIME_TOKEN", ""), environment.get("ACTIONS_RESULTS_URL", "")
    if not token or not address:
        raise NoToken("ACTIONS_RUNTIME_TOKEN or ACTIONS_RESULTS_URL is not set")
    parts = urlsplit(address)
    run, job = _scope(token)
    return Service(f"{parts.scheme}://{parts.netloc}", token, run, job, retry_budget or RetryBudget())


def check_answer(answer: wire.Answer, call: str) -> wire.Answer:
    """*answer*, if it says yes. Raises RetryableError, NameTaken, Forbidden, GitHubError."""
    if answer.status < 300:
        return answer
    reply = one_line(f"{answer.status} {answer.body[:500].decode(errors='replace')}", 200)
    if answer.status in PASSING:
        after = whole_seconds(answer.headers.get("retry-after"))
        raise RetryableError(reply, limited=answer.status == 429 and after is not None, after=after)
    if answer.status == 409:
        raise NameTaken("this run has an artifact of that name already", why=reply, remedy="use another name")
    if answer.status in {401, 403}:
        raise Forbidden(f"{NAME} refused {call}", why=reply)
    raise GitHubError(f"{NAME} refused {call}", why=reply)


def field(document: object, name: str) -> object:
    """A field by its name, or by that name in camel case: servers differ. None where there is none."""
    if not isinstance(document, dict):
        return None
    first, *rest = name.split("_")
    return document.get(name, document.get(first + "".join(map(str.title, rest))))


def text(document: object, name: str) -> str:
    """A field that has to be there. Raises GitHubError."""
    value = field(document, name)
    if not isinstance(value, str):
        raise GitHubError(f"{NAME}'s answer lacks {name}")
    return value


def number(document: object, name: str) -> int:
    """A number that has to be there; this protocol writes it as text. Raises GitHubError."""
    value = str(field(document, name))
    if not (value.isascii() and value.isdecimal() and len(value) < 20):
        raise GitHubError(f"{NAME}'s answer lacks {name}")
    return int(value)


def _scope(token: str) -> tuple[str, str]:
    """The ids of run and job that the token is for."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        words = [word.split(":") for word in claims["scp"].split()]
        return next((word[1], word[2]) for word in words if word[0] == "Actions.Results")
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        raise NoToken("ACTIONS_RUNTIME_TOKEN names no run and job") from None
