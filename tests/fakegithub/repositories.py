"""Repositories, and who asks."""

from __future__ import annotations

from typing import Any

from fakegithub.call import WEB, Call, user
from fakegithub.message import Answer, Refused
from fakegithub.state import Repository


def get(call: Call) -> Answer:
    return Answer(200, show(call, call.repository))


def viewer(call: Call) -> Answer:
    """An installation, which GITHUB_TOKEN is one of, is no user."""
    if call.token is None:
        raise Refused(401, "Requires authentication")
    if call.token.installation:
        raise Refused(403, "Resource not accessible by integration")
    return Answer(200, user(call.login))


def show_named(call: Call, name: str) -> dict[str, Any] | None:
    """One that the state does not know is a fork that exists all the same; no name: it was deleted."""
    known = call.state.repositories.get(name)
    return show(call, known or Repository(name, fork=True)) if name else None


def show(call: Call, repository: Repository) -> dict[str, Any]:
    url = f"{call.base}/repos/{repository.name}"
    return {
        "id": repository.id,
        "name": repository.name.partition("/")[2],
        "full_name": repository.name,
        "owner": user(repository.owner),
        "private": repository.private,
        "fork": repository.fork,
        "url": url,
        "html_url": f"{WEB}/{repository.name}",
        "default_branch": repository.default_branch,
        "has_issues": repository.has_issues,
        "visibility": "private" if repository.private else "public",
    }
