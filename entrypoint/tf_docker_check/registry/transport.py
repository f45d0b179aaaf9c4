"""HTTP client for registries: limits size and time, and drops credentials on redirects."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from tf_docker_check.model.text import one_line
from tf_docker_check.net.request import HEADERS, no_netrc
from tf_docker_check.net.retry import RetryableError, retry_after
from tf_docker_check.registry.errors import Malformed, Unreachable
from tf_docker_check.registry.hosts import is_loopback
from tf_docker_check.registry.retry import PASSING, PATIENCE, repeat, within

TIMEOUT = (10.0, 30.0)  # seconds to connect, and of silence
HEAD_SECONDS = 40.0  # for the head of an answer whose body is streamed, redirects included
PACE_SECONDS, PACE_BYTES = 30.0, 30 * 1024  # a transfer slower than this is torn off
REDIRECTS = 5
CHUNK = 128 * 1024
_BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    """A complete response. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Transport:
    """A pool of connections. Thread-safe."""

    def __init__(
        self,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
    ) -> None:
        self.sleep, self._clock, self._patience = sleep, clock, patience
        self._session = requests.Session()
        self._session.verify = _system_certificates()
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))

    def close(self) -> None:
        """Drop all connections."""
        self._session.close()

    def small(
        self,
        url: str,
        headers: Mapping[str, str],
        limit: int,
        *,
        method: str = "GET",
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; return a response of at most *limit* bytes. Retries temporary failures."""

        def attempt(seconds: float) -> Answer:
            return within(lambda: self._small(method, url, headers, limit, form), seconds, _host(url))

        return repeat(attempt, _host(url), self.sleep, self._clock, self._patience)

    def stream(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        """Send a request whose body is read with `chunks`. Raises RetryableError; the caller retries."""
        return within(lambda: self._send("GET", url, headers, None), HEAD_SECONDS, _host(url))

    def chunks(self, response: requests.Response) -> Iterator[bytes]:
        """Yield the body, undecoded. Raises RetryableError if it is interrupted or too slow."""
        since, received = self._clock(), 0
        try:
            while chunk := response.raw.read1(CHUNK, decode_content=False):
                yield chunk
                received += len(chunk)
                if self._clock() - since > PACE_SECONDS:
                    if received < PACE_BYTES:
                        raise RetryableError(f"too slow: {received} bytes in {PACE_SECONDS:.0f} s")
                    since, received = self._clock(), 0
        except _BROKEN as error:
            raise RetryableError(_why(error)) from None
        finally:
            response.close()

    def _small(
        self, method: str, url: str, headers: Mapping[str, str], limit: int, form: Mapping[str, str] | None
    ) -> Answer:
        response = self._send(method, url, headers, form)
        lowered = {name.lower(): value for name, value in response.headers.items()}
        body = bytearray()
        for chunk in self.chunks(response):
            body += chunk
            if len(body) > limit:
                raise Malformed(f"the response of {_host(url)} is too large", why=f"more than {limit} bytes")
        length = lowered.get("content-length", "")
        if method != "HEAD" and length.isdecimal() and int(length[:18]) != len(body):
            raise RetryableError(f"its response ended after {len(body)} of {length[:18]} bytes")
        return Answer(response.status_code, lowered, bytes(body))

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> requests.Response:
        secret_for = _origin(url)
        for _ in range(REDIRECTS + 1):
            same = _origin(url) == secret_for
            sent = {key: value for key, value in headers.items() if same or key.lower() != "authorization"}
            response = self._once(method, url, sent, form if same else None)
            location = response.headers.get("Location")
            if response.status_code not in {301, 302, 303, 307, 308} or not location:
                return _passed(response)
            response.close()
            url = _redirect(url, location)
        raise Unreachable(f"the registry {_host(url)} redirects in a loop")

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> requests.Response:
        sent = {**HEADERS, **headers}
        try:
            return self._session.request(
                method, url, headers=sent, data=form, stream=True, allow_redirects=False, timeout=TIMEOUT,
                auth=no_netrc,
            )  # fmt: skip
        except requests.exceptions.SSLError as error:
            raise Unreachable(
                f"the registry {_host(url)} is not trusted",
                why=_why(error),
                remedy="add its CA to the system's certificates, or set REQUESTS_CA_BUNDLE",
            ) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError) as error:
            raise Malformed(f"invalid URL {one_line(url, 100)!r}", why=_why(error)) from None
        except _BROKEN as error:
            raise RetryableError(_why(error)) from None


def _passed(response: requests.Response) -> requests.Response:
    """Return *response*. Raises RetryableError for the status of a temporary failure."""
    if response.status_code not in PASSING:
        return response
    after = retry_after(response.headers.get("Retry-After"))
    status = response.status_code
    response.close()
    what = f"HTTP status {status} {one_line(response.reason or '', 60)}".rstrip()
    raise RetryableError(what, limited=status == 429, after=after)


def require_safe(url: str, what: str) -> str:
    """Return *url* if it is https or loopback. Raises Malformed."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _unusable(url, what, error) from None
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return url
    raise Malformed(
        f"{what} {one_line(url, 120)!r} is not https", why="the connection could be read or changed by others"
    )


def _redirect(url: str, location: str) -> str:
    """Return the redirect target; it must not change from https to http. Raises Malformed."""
    what = "a redirect to"
    try:
        target = urljoin(url, location)
        _ = urlsplit(target).port
    except ValueError as error:
        raise _unusable(location, what, error) from None
    return require_safe(target, what) if urlsplit(url).scheme == "https" else target


def _unusable(url: str, what: str, error: ValueError) -> Malformed:
    return Malformed(f"{what} {one_line(url, 120)!r} is not a valid URL", why=one_line(str(error), 200))


def _system_certificates() -> str | bool:
    """Return the system's CA store if there is one; REQUESTS_CA_BUNDLE takes precedence in `requests`."""
    paths = ssl.get_default_verify_paths()
    candidates = (paths.cafile, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
    return next((path for path in candidates if path and os.path.isfile(path)), True)  # noqa: PTH113


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _host(url: str) -> str:
    return one_line(urlsplit(url).netloc, 100)


def _why(error: BaseException) -> str:
    """Return the innermost reason, without the library's wrappers."""
    inner = getattr(error, "reason", None) or next(
        (arg for arg in error.args if isinstance(arg, Exception)), None
    )
    return _why(inner) if isinstance(inner, Exception) else one_line(f"{type(error).__name__}: {error}", 200)
