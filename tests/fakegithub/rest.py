"""The REST API: who asks, how often, what the document says of it, and whether it may be."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from fakegithub import document, limits, permissions, routes
from fakegithub.call import Call
from fakegithub.complete import complete
from fakegithub.message import Answer, Refused, Request, not_found
from fakegithub.state import Artifact, Job, State, Token


@dataclass
class Rest:
    state: State
    base: str
    sign: Callable[[Artifact | Job], str]
    last_write: float = 0.0

    def answer(self, request: Request) -> Answer:
        """Raises document.Violation."""
        counted: dict[str, str] = {}
        try:
            token = self._token(request)
            counted = limits.count(token) if token else {}
            answer = self._routed(request, token)
        except Refused as refused:
            answer = refused.answer
        return Answer(answer.status, answer.value, {**counted, **answer.headers})

    def _token(self, request: Request) -> Token | None:
        if not request.headers.get("user-agent"):
            raise Refused(403, "Request forbidden by administrative rules. Please send a User-Agent.")
        if "authorization" not in request.headers:
            return None
        if request.token not in self.state.tokens:
            raise Refused(401, "Bad credentials")
        return self.state.tokens[request.token]

    def _routed(self, request: Request, token: Token | None) -> Answer:
        path = self._by_name(request.path)
        if (request.method, path) == ("POST", "/graphql"):
            return _viewer(request, token)
        matched = routes.find(request.method, path)
        if matched is None:
            told = f"{request.method} {request.target}"
            raise document.Violation(f"{told}: not among the operations of the cut")
        route, parameters = matched
        document.check_request(route, parameters, request)
        body = json.loads(request.body) if request.body else {}
        call = Call(self.state, self.base, token, path, parameters, request.query, body, self.sign)
        try:
            answer = self._carried_out(route, call)
        except Refused as refused:
            answer = refused.answer
        whole = complete(document.schema_of(route, answer.status), answer.value)
        answer = Answer(answer.status, whole, answer.headers)
        document.check_answer(route, parameters, request, answer)
        return answer

    def _carried_out(self, route: routes.Route, call: Call) -> Answer:
        if "repo" in call.parameters:
            if f"{call.parameters['owner']}/{call.parameters['repo']}" not in self.state.repositories:
                raise not_found()
            permissions.check(call, route.needs, reads=route.reads, even_public=route.even_public)
        if not route.reads:
            self._not_hurried()
        return route.answer(call)

    def _not_hurried(self) -> None:
        """Docs "Best practices for using the REST API": a second or more between writes."""
        now = time.monotonic()
        if now - self.last_write < self.state.write_gap:
            told = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            raise Refused(403, told, retry_after=str(math.ceil(self.state.write_gap)))
        self.last_write = now

    def _by_name(self, path: str) -> str:
        """`/repositories/NUMBER/…`, as `Link` headers have it, is `/repos/OWNER/NAME/…`."""
        matched = re.match(r"/repositories/(\d+)", path)
        if not matched:
            return path
        names = [one.name for one in self.state.repositories.values() if one.id == int(matched[1])]
        return f"/repos/{names[0]}{path[matched.end() :]}" if names else path


def _viewer(request: Request, token: Token | None) -> Answer:
    """The one question of GraphQL that is known here, which an installation's token may ask, too."""
    if "viewer { login }" not in json.loads(request.body)["query"]:
        raise document.Violation(f"{request.method} {request.target}: only the viewer's login is known here")
    if token is None:
        raise Refused(401, "This endpoint requires you to be authenticated.")
    return Answer(200, {"data": {"viewer": {"login": token.login}}})
