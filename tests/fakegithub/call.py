"""One REST call, as the modules that answer it see it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fakegithub.message import Answer, not_found
from fakegithub.state import Repository, State, Token

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
    sign: Any
    """`sign(what) -> URL`: where the storage hands *what* out without any further permission."""

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


def page(call: Call, records: Sequence[Any]) -> tuple[Sequence[Any], Answer]:
    """The records of the page asked for, and an answer to put them in.

    Docs "Using pagination in the REST API". Link addresses name the repository by its number, as GitHub's do.
    """
    size = min(max(int(call.query.get("per_page") or 30), 1), 100)
    at = max(int(call.query.get("page") or 1), 1)
    last = max(-(-len(records) // size), 1)
    links: dict[str, int] = {}
    if at > 1:
        links |= {"prev": min(at - 1, last), "first": 1}
    if at < last:
        links |= {"next": at + 1, "last": last}
    headers = {
        "link": ", ".join(f'<{_address(call, number)}>; rel="{name}"' for name, number in links.items())
    }
    return records[(at - 1) * size : at * size], Answer(200, None, headers if links else {})


def _address(call: Call, number: int) -> str:
    by_number = call.path.replace(f"/repos/{call.repository.name}", f"/repositories/{call.repository.id}", 1)
    return f"{call.base}{by_number}?{urlencode({**call.query, 'page': number})}"


def listed(call: Call, records: Sequence[Any], show: Any, wrapped: str = "") -> Answer:
    """A page of *records*, each through *show*; *wrapped*: under that name beside `total_count`."""
    chosen, answer = page(call, records)
    shown = [show(call, record) for record in chosen]
    value = {"total_count": len(records), wrapped: shown} if wrapped else shown
    return Answer(answer.status, value, answer.headers)
