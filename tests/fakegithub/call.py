"""One REST call, as the modules that answer it see it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fakegithub.message import Answer, not_found
from fakegithub.state import Artifact, Job, Repository, State, Token

WEB = "https://github.com"


@dataclass(frozen=True)
class Call:
    state: State
    base: str
    """The server's own address."""
    token: Token | None
    """None: nobody in particular."""
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    """As JSON; an empty object where there is none."""
    sign: Callable[[Artifact | Job], str]
    """Where the storage hands an artifact or a job's log out without asking who wants it."""

    @property
    def repository(self) -> Repository:
        name = f"{self.parameters['owner']}/{self.parameters['repo']}"
        return self.state.repositories[name]

    @property
    def login(self) -> str:
        return self.token.login if self.token else ""

    def number(self, name: str) -> int:
        return int(self.parameters[name])

    @property
    def url(self) -> str:
        """The repository's address in the API."""
        return f"{self.base}/repos/{self.repository.name}"

    @property
    def web(self) -> str:
        return f"{WEB}/{self.repository.name}"


def found(records: Mapping[Any, Any], key: Any) -> Any:
    """The record, or GitHub's 404."""
    if key not in records:
        raise not_found()
    return records[key]


def user(login: str) -> dict[str, Any]:
    number = int(hashlib.sha256(login.encode()).hexdigest()[:6], 16)
    kind = "Bot" if login.endswith("[bot]") else "User"
    return {"login": login, "id": number, "type": kind, "html_url": f"{WEB}/{login}"}


def listed(call: Call, records: Sequence[Any], show: Callable[[Call, Any], Any], wrapped: str = "") -> Answer:
    """The page of *records* that was asked for, each through *show*.

    *wrapped*: under that name, beside `total_count`. Docs "Using pagination in the REST API".
    """
    size = min(max(int(call.query.get("per_page", 30)), 1), 100)
    at = max(int(call.query.get("page", 1)), 1)
    shown = [show(call, record) for record in records[(at - 1) * size : at * size]]
    value = {"total_count": len(records), wrapped: shown} if wrapped else shown
    last = max(math.ceil(len(records) / size), 1)
    links = {"prev": min(at - 1, last), "first": 1} if at > 1 else {}
    links |= {"next": at + 1, "last": last} if at < last else {}
    told = ", ".join(f'<{_address(call, number)}>; rel="{name}"' for name, number in links.items())
    return Answer(200, value, {"link": told} if told else {})


def _address(call: Call, number: int) -> str:
    """Of another page; with the repository's number, as GitHub has it."""
    by_number = call.path.replace(f"/repos/{call.repository.name}", f"/repositories/{call.repository.id}", 1)
    return f"{call.base}{by_number}?{urlencode({**call.query, 'page': number})}"
