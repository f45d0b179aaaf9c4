"""A request as it arrived and the answer it gets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Asked(NamedTuple):
    """One request as tests count them; `path` holds the query too; status 0: no answer was sent."""

    method: str
    path: str
    status: int


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    """Path and query as they came."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def token(self) -> str:
        """What `Authorization: Bearer …` (or `token …`) says; empty without one."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() in {"bearer", "token"} else ""


@dataclass(frozen=True)
class Answer:
    status: int
    value: Any = None
    """Sent as JSON, unless it is bytes; None: no body."""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        if self.value is None:
            return b""
        return self.value if isinstance(self.value, bytes) else json.dumps(self.value).encode()


class Refused(Exception):
    """GitHub's own no: status, message, and the errors that a 422 lists."""

    def __init__(self, status: int, message: str, *errors: Mapping[str, Any], **headers: str) -> None:
        super().__init__(message)
        told: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        if status != 422:
            told["status"] = str(status)
        if errors:
            told["errors"] = list(errors)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = Answer(status, told, named)


def invalid(resource: str, name: str, message: str) -> Refused:
    """422 as the page "Troubleshooting the REST API" describes it for a field that is not accepted."""
    return Refused(
        422, "Validation Failed", {"resource": resource, "code": "custom", "field": name, "message": message}
    )


def not_found() -> Refused:
    return Refused(404, "Not Found")
