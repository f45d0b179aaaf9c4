"""The address of a workflow run or job, and the API that its server has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub

SERVER, API = "https://github.com", "https://api.github.com"
TOKENS = ("GH_TOKEN", "GITHUB_TOKEN")

_NAME, _ID = r"(?!\.{1,2}/)[A-Za-z0-9._-]{1,100}", r"[0-9]{1,18}"
_RUN = re.compile(
    rf"/(?P<repository>{_NAME}/{_NAME})/(?:"
    rf"actions/runs/(?P<run>{_ID})(?:/attempts/(?P<attempt>{_ID}))?(?:/jobs?/(?P<job>{_ID}))?"
    rf"|runs/(?P<check>{_ID}))(?:/.*)?"
)


@dataclass(frozen=True)
class RunUrl:
    """A run, or with `job` one job of it. Numbers are 0 where the address names none."""

    server: str
    repository: str
    run: int = 0
    attempt: int = 0
    job: int = 0

    def connect(self, environment: Mapping[str, str]) -> GitHub:
        """Return its repository as the token in *environment* sees it.

        Raises UsageError without a token, and where it would go to another server than the configured one.
        """
        from tf_docker_check.github.client import connect

        return connect(_token(environment), self.repository, api_url=_api(self.server, environment))


def is_url(name: str) -> bool:
    """Return whether *name* is an address and no file."""
    return name.startswith(("https://", "http://"))


def parse_run_url(url: str) -> RunUrl:
    """Return the run or job at *url*. Raises UsageError for any other address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    match = _RUN.fullmatch(parts.path)
    if not match or not parts.netloc or parts.username is not None:
        raise UsageError(
            f"{one_line(url, 200)!r} is no run or job of GitHub Actions",
            remedy="use https://github.com/OWNER/NAME/actions/runs/NUMBER, with or without /job/NUMBER",
        )
    return RunUrl(
        server=f"{parts.scheme}://{parts.netloc.lower()}",
        repository=match["repository"],
        run=int(match["run"] or 0),
        attempt=int(match["attempt"] or 0),
        job=int(match["job"] or match["check"] or 0),
    )


def _token(environment: Mapping[str, str]) -> str:
    token = next((environment[name].strip() for name in TOKENS if environment.get(name, "").strip()), "")
    if not token:
        raise UsageError(
            "no token to read logs with",
            why="GitHub shows the logs of a run to nobody else, even in public repositories",
            remedy=f"set {TOKENS[0]} to a token that may read Actions, such as `export {TOKENS[0]}=$(gh auth token)`",
        )
    return token


def _api(server: str, environment: Mapping[str, str]) -> str:
    """Return the API of *server*, which must be the one that the token is for."""
    configured = environment.get("GITHUB_SERVER_URL", "").rstrip("/").lower() or SERVER
    if server != configured:
        raise UsageError(
            f"the run is on {server}, and the token is for {configured}",
            remedy=f"if the token is for {server}, set GITHUB_SERVER_URL={server}",
        )
    api = environment.get("GITHUB_API_URL", "").rstrip("/")
    if api:
        return api
    if configured == SERVER:
        return API
    scheme, _, host = configured.partition("://")
    return f"{scheme}://api.{host}" if host.endswith(".ghe.com") else f"{configured}/api/v3"
