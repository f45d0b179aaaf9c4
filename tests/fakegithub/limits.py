"""Primary limits, counted per token and told in every answer (docs "Rate limits for the REST API")."""

from __future__ import annotations

import time

from fakegithub.message import Refused
from fakegithub.state import Token

WINDOW = 3600


def count(token: Token) -> dict[str, str]:
    """Take one request from what is left; the headers that tell it. Raises Refused where nothing is."""
    now = time.time()
    if now >= token.reset:
        token.used = 0 if token.reset else token.used
        token.reset = int(now) + WINDOW
    if token.used >= token.limit:
        raise Refused(403, f"API rate limit exceeded for {token.login}.", **headers(token))
    token.used += 1
    return headers(token)


def headers(token: Token) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(token.limit),
        "x-ratelimit-remaining": str(max(token.limit - token.used, 0)),
        "x-ratelimit-used": str(token.used),
        "x-ratelimit-reset": str(token.reset),
        "x-ratelimit-resource": "core",
    }
