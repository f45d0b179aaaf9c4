"""Send requests to GitHub's REST API one at a time, repeated where that is safe.

Of PyGithub this uses the requester (connection, authentication, headers) and none of its objects: those fetch
missing values implicitly, and repeat POST but not PATCH, which doubles comments and loses updates.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from tf_docker_check import __version__
from tf_docker_check.github import reading
from tf_docker_check.github.errors import Forbidden, GitHubError, NotFound
from tf_docker_check.github.retry import WRITE_GAP, RetryBudget, limit
from tf_docker_check.github.wire import BROKEN, TIMEOUT, why_torn
from tf_docker_check.model.text import one_line
from tf_docker_check.net.retry import RetryableError

if TYPE_CHECKING:
    from github.Requester import Requester

PER_PAGE = 100
MAX_PAGES = 200  # 20,000 comments, issues or artifacts

T = TypeVar("T")


class Ask:
    """The REST API with one token. `permission` arguments name what is missing if GitHub forbids a request."""

    def __init__(self, token: str, api_url: str, retry_budget: RetryBudget) -> None:
        self._requester = _requester(token, api_url)
        self.api_url, self.retry_budget = api_url, retry_budget
        self._writing = threading.Lock()
        self._written = float("-inf")

    def get(self, path: str, permission: str = "", **parameters: str | int) -> Any:  # noqa: ANN401  # JSON
        """Return the response's document."""
        return self.retry_budget.retry(lambda: self._once("GET", path, permission, parameters)[1])

    def pages(
        self, path: str, key: str = "", permission: str = "", **parameters: str | int
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the elements of a list, over all pages; *key* names the list if it is in an object."""
        for page in range(1, MAX_PAGES + 1):
            page_parameters = {**parameters, "per_page": PER_PAGE, "page": page}
            headers, document = self.retry_budget.retry(
                partial(self._once, "GET", path, permission, page_parameters)
            )
            elements = document.get(key) if key and isinstance(document, dict) else document
            if not isinstance(elements, list):
                raise GitHubError(f"GitHub's answer to {path} is not a list")
            yield from (element for element in elements if isinstance(element, dict))
            if 'rel="next"' not in headers.get("link", ""):
                return
        raise GitHubError(f"GitHub lists more than {MAX_PAGES * PER_PAGE} elements at {path}")

    def location(self, path: str, permission: str = "") -> str:
        """Return where *path* redirects to."""
        headers, _ = self._once("GET", path, permission, {})
        if not headers.get("location"):
            raise GitHubError(f"GitHub's answer to {path} is not a redirect")
        return headers["location"]

    def change(self, method: str, path: str, body: Mapping[str, object] | None, permission: str) -> Any:  # noqa: ANN401
        """Send a PATCH, PUT or DELETE, which may be repeated safely, and return the document."""
        return self.retry_budget.retry(lambda: self._write(method, path, body, permission))

    def create(
        self,
        path: str,
        body: Mapping[str, object],
        permission: str,
        *,
        read: Callable[[Any], T],
        find: Callable[[], T | None],
        method: str = "POST",
    ) -> T:
        """Send a request that must not take effect twice, and return what *read* makes of the response.

        *find* looks for its effect before it is repeated.
        """
        return self.retry_budget.create(lambda: read(self._write(method, path, body, permission)), find)

    def viewer(self) -> str:
        """Return the login of the token, by GraphQL; empty if it is not available."""
        query = {"query": "query { viewer { login } }"}
        url = self._requester.graphql_url
        document = self.retry_budget.retry(lambda: self._once("POST", url, "", {}, query)[1])
        return reading.text(document, "data", "viewer", "login")

    def _write(self, method: str, path: str, body: Mapping[str, object] | None, permission: str) -> Any:  # noqa: ANN401
        with self._writing:
            gap = self._written + WRITE_GAP - self.retry_budget.now()
            if 0 < gap <= WRITE_GAP:
                self.retry_budget.sleep(gap)
            try:
                return self._once(method, path, permission, {}, body)[1]
            finally:
                self._written = self.retry_budget.now()

    def _once(
        self,
        method: str,
        path: str,
        permission: str,
        parameters: Mapping[str, str | int],
        body: Mapping[str, object] | None = None,
    ) -> tuple[Mapping[str, str], Any]:
        try:
            status, headers, text = self._requester.requestJson(
                method, path, parameters=dict(parameters), input=body
            )
        except BROKEN as error:
            raise RetryableError(why_torn(error)) from None
        except (RuntimeError, ValueError, AssertionError) as error:  # a redirect to elsewhere
            raise GitHubError("GitHub's response is invalid", why=one_line(str(error))) from None
        document = _document(text)
        if status >= 400:
            raise refusal(
                status,
                headers,
                document,
                request=f"{method} {path}",
                permission=permission,
                now=self.retry_budget.now(),
            )
        if document is None and text and status < 300:  # a redirect may say so in HTML
            raise RetryableError(f"{status} with a body that is not JSON")
        return headers, document


def refusal(
    status: int, headers: Mapping[str, str], document: object, *, request: str, permission: str, now: float
) -> RetryableError | GitHubError:
    """Return the error for a response of status 400 and above. Header names in lower case."""
    message = _message(document)
    answer = f"{status} {message}".strip()
    if limited := limit(status, headers, message, now):
        return limited
    if status == 408 or status >= 500:
        return RetryableError(answer)
    if status == 401:
        return Forbidden("GitHub does not accept the token", why=answer, remedy="check `github-token`")
    if status == 403:
        return _forbidden(request, answer, _missing(headers, permission))
    if status in {404, 410}:
        return NotFound(f"GitHub knows nothing at {request}, or hides it from this token", why=answer)
    return GitHubError(f"GitHub refused {request}", why=answer)


def _requester(token: str, api_url: str) -> Requester:
    """Return PyGithub's requester, without its own waits and retries."""
    from github import Auth, Github  # half a second

    github = Github(
        auth=Auth.Token(token),
        base_url=api_url,
        timeout=TIMEOUT,
        user_agent=f"tf-docker-check/{__version__}",
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    return github.requester


def _document(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _message(document: object) -> str:
    """Return GitHub's error message."""
    if not isinstance(document, dict):
        return ""
    details = document.get("errors")
    more = [
        str(detail.get("message") or detail.get("code") or "") if isinstance(detail, dict) else str(detail)
        for detail in (details if isinstance(details, list) else [])[:3]
    ]
    return one_line(": ".join(filter(None, [str(document.get("message") or ""), *more])), 300)


def _missing(headers: Mapping[str, str], permission: str) -> str:
    """Return the missing permission as a workflow writes it.

    The header lists alternatives separated by semicolons, each a list separated by commas; of several, the
    one that we would ask for anyway is returned.
    """
    given = headers.get("x-accepted-github-permissions", "")
    choices = [
        ", ".join(
            name.strip().replace("_", "-").replace("=", ": ") for name in choice.split(",") if name.strip()
        )
        for choice in one_line(given, 300).split(";")
    ]
    choices = [choice for choice in choices if choice]
    return permission if permission in choices or not choices else choices[0]


def _forbidden(request: str, answer: str, permission: str) -> Forbidden:
    """Return the error for a 403: the token lacks *permission*, unless the message gives another reason."""
    if "not permitted to create" in answer:
        setting = "allow Actions to create pull requests in the repository's settings (Actions, General)"
        return Forbidden(f"GitHub forbids {request}", why=answer, remedy=setting)
    if not permission or "locked" in answer:
        return Forbidden(f"GitHub forbids {request}", why=answer)
    return Forbidden(
        f"the token lacks the permission `{permission}`",
        why=answer,
        remedy=f"add `{permission}` under `permissions:` of the job",
        permission=permission,
    )
