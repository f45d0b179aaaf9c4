"""What goes wrong on purpose: the next requests that match are not answered as they should be."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fakegithub.message import Answer, Request


@dataclass
class Trouble:
    """The next *times* requests that match *method* and *path* (regular expressions; the query counts).

    The fields combine: with `effect` the request is carried out before anything goes wrong.
    """

    method: str = ".*"
    path: str = ""
    times: int = 1
    skip: int = 0
    """How many that match go well first."""
    status: int = 0
    """What is answered; 0: what would have been."""
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    """Sent with `status`: JSON, or text as it is."""
    effect: bool = False
    close: bool = False
    """The connection is closed with no answer."""
    cut_at: int = -1
    """The connection is closed after this many bytes of the body; -1: it is not."""
    stall: float = 0.0
    """Seconds of silence before the answer."""

    def meets(self, request: Request) -> bool:
        return bool(re.fullmatch(self.method, request.method) and re.search(self.path, request.target))

    def answer(self) -> Answer:
        value = self.body.encode() if isinstance(self.body, str) else self.body
        return Answer(self.status, {"message": "Trouble"} if value is None else value, self.headers)


def next_for(troubles: list[Trouble], request: Request) -> Trouble | None:
    """The first that meets *request*, used up by one."""
    for trouble in troubles:
        if trouble.times > 0 and trouble.meets(request):
            if trouble.skip:
                trouble.skip -= 1
                continue
            trouble.times -= 1
            return trouble
    return None


def lost_answer(method: str = "POST", path: str = "", times: int = 1) -> Trouble:
    """The effect happens; the answer never arrives."""
    return Trouble(method, path, times, effect=True, close=True)


def hung_up(method: str = ".*", path: str = "", times: int = 1) -> Trouble:
    """The connection closes before anything happens."""
    return Trouble(method, path, times, close=True)


def unavailable(method: str = ".*", path: str = "", times: int = 1, status: int = 502) -> Trouble:
    return Trouble(method, path, times, status=status, body="<html>Unicorn!</html>")


def secondary_limit(
    method: str = ".*", path: str = "", times: int = 1, *, status: int = 403, wait: int | None = 60
) -> Trouble:
    """As docs "Rate limits for the REST API" says; without *wait* there is no `retry-after`."""
    headers: Mapping[str, str] = {} if wait is None else {"retry-after": str(wait)}
    told = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return Trouble(method, path, times, status=status, headers=dict(headers), body={"message": told})


def primary_limit(
    method: str = ".*", path: str = "", times: int = 1, *, status: int = 403, wait: float = 60
) -> Trouble:
    """Nothing remains until *wait* seconds from now."""
    headers = {
        "x-ratelimit-limit": "1000",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(time.time() + wait)),
    }
    body = {"message": "API rate limit exceeded for installation ID 1."}
    return Trouble(method, path, times, status=status, headers=headers, body=body)
