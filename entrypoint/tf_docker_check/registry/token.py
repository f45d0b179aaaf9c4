"""Get the Authorization header for a registry's challenge."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tf_docker_check.image.reference import Reference
from tf_docker_check.registry import challenge as challenges
from tf_docker_check.registry.credentials import Credentials
from tf_docker_check.registry.errors import Denied, Malformed
from tf_docker_check.registry.transport import Answer, Transport, require_safe

MAX_TOKEN = 256 * 1024


def authorization(transport: Transport, header: str, reference: Reference, known: Credentials | None) -> str:
    """Return the Authorization header for pulling *reference*. Raises Denied or transport errors."""
    challenge = challenges.parse(header)
    if challenge is None:
        raise Malformed(f"{reference.registry} requires an unsupported kind of authentication")
    if challenge.scheme == "basic":
        if known is None or not known.user:
            raise _denial(reference, "it requires a user and password, and none is configured")
        return known.basic
    realm = require_safe(challenge.parameters.get("realm", ""), "the token service")
    service = challenge.parameters.get("service", "")
    scope = f"repository:{reference.repository}:pull"
    answer = _ask(transport, realm, service, scope, known)
    if answer.status in {400, 401, 403}:
        raise _denial(reference, f"its token service answered with HTTP status {answer.status}")
    return f"Bearer {_token(answer, reference)}"


def _ask(transport: Transport, realm: str, service: str, scope: str, known: Credentials | None) -> Answer:
    if known and known.identity_token:
        form = {"grant_type": "refresh_token", "refresh_token": known.identity_token,
                "client_id": "tf-docker-check", "service": service, "scope": scope}  # fmt: skip
        return transport.small(realm, {}, MAX_TOKEN, method="POST", form=form)
    headers = {"Authorization": known.basic} if known else {}
    return transport.small(_with(realm, service=service, scope=scope), headers, MAX_TOKEN)


def _with(url: str, **parameters: str) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query), *((name, value) for name, value in parameters.items() if value)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _token(answer: Answer, reference: Reference) -> str:
    try:
        document = json.loads(answer.body)
        token = document.get("token") or document["access_token"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        token = None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise Malformed(
            f"the token service of {reference.registry} gave no token", why=f"status {answer.status}"
        )
    return token


def _denial(reference: Reference, why: str) -> Denied:
    return Denied(
        f"{reference.registry} denies access to {reference.repository}",
        why=why,
        remedy=f"`docker login {reference.registry}`",
    )
