"""HTTP requests other than the REST API: signed URLs and the artifact service. Responses are bounded.

URLs that GitHub signs are secrets and appear in no message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import requests

from tf_docker_check.github.errors import GitHubError
from tf_docker_check.net.request import HEADERS, no_netrc
from tf_docker_check.net.retry import RetryableError

TIMEOUT = 30  # seconds to connect, and of silence
BROKEN = (requests.RequestException, OSError)
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """A complete response. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def send(
    method: str, url: str, limit: int, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Send one request to *url* as it is, without following redirects.

    Raises RetryableError if no complete response came, GitHubError if it has more than *limit* bytes.
    """
    sent = {**HEADERS, **(headers or {})}
    try:
        with (
            requests.Session() as session,
            session.request(
                method, url, headers=sent, data=body, stream=True, allow_redirects=False, timeout=TIMEOUT,
                auth=no_netrc,
            ) as response,
        ):  # fmt: skip
            received = _body(response, limit)
    except BROKEN as error:
        raise RetryableError(why_torn(error)) from None
    return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, received)


def download(url: str, limit: int) -> bytes:
    """Download from a signed URL. Raises RetryableError if it fails, as such URLs expire soon."""
    answer = send("GET", url, limit)
    if answer.status != 200:
        raise RetryableError(f"the storage answered {answer.status}")
    return answer.body


def safe(url: str, named_by: str) -> str:
    """Return *url*, which the service at *named_by* gave. Raises GitHubError unless it is https."""
    allowed = ("https://", "http://") if named_by.startswith("http://") else ("https://",)
    if not url.startswith(allowed):
        raise GitHubError("GitHub named an address that is not https")
    return url


def why_torn(error: BaseException) -> str:
    """Return why a connection failed, without the URL, which may contain a signature."""
    inner = next(
        (cause for cause in (*error.args, error.__cause__) if isinstance(cause, BaseException)), None
    )
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException) and reason is not error:
        inner = reason
    return why_torn(inner) if inner is not None else type(error).__name__


def _body(response: requests.Response, limit: int) -> bytes:
    received = bytearray()
    for chunk in response.iter_content(CHUNK):
        received += chunk
        if len(received) > limit:
            raise GitHubError("an answer of GitHub is too large", why=f"more than {limit} bytes")
    return bytes(received)
