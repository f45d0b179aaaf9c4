"""Primary limits, counted per token and told in every answer (docs "Rate limits for the REST API")."""

from __future__ import annotations

import time

from fakegithub.message import Refused
from fakegithub.state import Token

WINDOW = 3600


def count(token: Token) -> dict[str, str]:
    """Take one request from what is left; the headers that tell it. Raises Refused where nothing is."""
    now = time.time()
    if not token.reset or now >= token.reset:
        token.used = token.used if not token.reset else 0
        token.reset = int(now) + WINDOW
    if token.used >= token.limit:
        told = (
            "API rate limit exceeded for installation ID 1."
            if token.installation
            else "API rate limit exceeded."
        )
        raise Refused(403, told, **headers(token))
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
