"""Recognize secret values by name, and replace them in text."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

T = TypeVar("T")
REDACTED = "***"
_PRIVATE = re.compile(
    r"token|secret|passw|passphrase|(?:^|_)pass(?:$|_)|credential|(?:api|access|private|signing)_?key"
    r"|private|(?:^|_)auth(?:$|_)",
    re.IGNORECASE,
)


_USERINFO = re.compile(
    # user:password of any scheme, a user alone of http, where it is mostly a token; digests are none
    r"(?<=[a-z0-9+.-]://)"
    r"(?P<login>[^\s/?#@:\"'<>]*:[^\s/?#\"'<>]*|(?<=http://)[^\s/?#@\"'<>]+|(?<=https://)[^\s/?#@\"'<>]+)"
    r"@(?!sha[0-9]+:)",
    re.IGNORECASE | re.ASCII,
)
_SHORTEST_PART = 8  # characters; hiding what is shorter would blot out innocent text


def looks_secret(name: str, value: str = "") -> bool:
    """Return whether the *value* of an argument or environment variable called *name* looks secret."""
    return _PRIVATE.search(name) is not None or _USERINFO.search(value) is not None


def url_credentials(text: str) -> tuple[str, ...]:
    """Return the passwords, or users where there is no password, of the URLs in *text*."""
    logins = (match["login"].partition(":") for match in _USERINFO.finditer(text))
    return tuple(password if colon else user for user, colon, password in logins)


def redact(value: T, secrets: Collection[str]) -> T:
    """*value* (text, or dataclasses and containers of it) with `REDACTED` in the place of each of *secrets*.

    Also where one stands encoded: base64, quoted for a URL, escaped for JSON. So are logins in URLs.
    """
    forms = {form for secret in secrets for form in encodings(secret)} - {""}
    pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None
    shown: T = _redact(value, pattern)
    return shown


def encodings(secret: str) -> frozenset[str]:
    """Return *secret* itself and the forms in which programs print it."""
    data = secret.encode("utf-8", "surrogatepass")
    escaped = json.dumps(secret)[1:-1]
    return frozenset(
        {
            secret,
            quote(data, safe=""),
            quote(data),
            quote_plus(data),
            escaped,
            escaped.replace("/", "\\/"),
            json.dumps(secret, ensure_ascii=False)[1:-1],
            *(form for shift in range(3) for form in _in_base64(data, shift)),
        }
    )


def _in_base64(data: bytes, shift: int) -> Iterator[str]:
    """The part of a longer text's base64 that *data* alone decides, *shift* bytes into a group of three."""
    whole = base64.b64encode(bytes(shift) + data)
    first = -(-shift * 8 // 6)  # the characters before it, or shared with what stands before
    last = (shift + len(data)) * 8 // 6  # those after it are shared with what follows
    part = whole[first:last].decode()
    if len(part) >= _SHORTEST_PART:
        yield part
        yield part.translate(_URL_SAFE)


_URL_SAFE = str.maketrans("+/", "-_")


def _redact(value: Any, pattern: re.Pattern[str] | None) -> Any:  # noqa: ANN401 - any tree of values
    if isinstance(value, str) and not isinstance(value, Enum):
        text = pattern.sub(REDACTED, value) if pattern else value
        return _USERINFO.sub(f"{REDACTED}@", text) if "://" in text and "@" in text else text
    if isinstance(value, tuple | list):
        return type(value)(_redact(item, pattern) for item in value)
    if isinstance(value, Mapping):
        return {_redact(key, pattern): _redact(item, pattern) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        values = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: _redact(item, pattern) for name, item in values.items()}
        return replace(value, **{name: item for name, item in changed.items() if item != values[name]})
    return value
