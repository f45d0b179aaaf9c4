"""GitHub's published OpenAPI document (a cut of it): what it says of each request and each answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fakegithub.message import Answer, Request
from fakegithub.routes import Route

if TYPE_CHECKING:
    from openapi_core import OpenAPI

CUT = Path(__file__).parent / "openapi.json"
HOST = "http://api.invalid"


class Violation(AssertionError):
    """A request or an answer that GitHub's own document does not allow."""


@cache
def cut() -> dict[str, Any]:
    return dict(json.loads(CUT.read_text()))


@cache
def _api() -> OpenAPI:
    """Loaded once per process. GitHub's document is not ours to judge, so it is not validated itself."""
    from openapi_core import Config, OpenAPI

    return OpenAPI.from_dict(cut(), config=Config(spec_validator_cls=None))  # type: ignore[arg-type]


def check_request(route: Route, parameters: Mapping[str, str], request: Request) -> None:
    """Raise Violation where the document does not know the operation to be asked like this."""
    from openapi_core.exceptions import OpenAPIError

    try:
        _api().validate_request(_request(route, parameters, request))
    except OpenAPIError as error:
        raise Violation(_told(request, error)) from error
    unknown = set(request.query) - _declared(route)
    if unknown:
        raise Violation(f"{request.method} {request.target}: no such query parameters: {sorted(unknown)}")
    unknown = _unknown_fields(route, request)
    if unknown:
        raise Violation(f"{request.method} {request.target}: no such fields in the body: {sorted(unknown)}")


def check_answer(route: Route, parameters: Mapping[str, str], request: Request, answer: Answer) -> None:
    """Raise Violation where the fake itself answers what GitHub would not.

    Refusals that the document does not list for an operation (401, 403 …) are not checked.
    """
    from openapi_core.exceptions import OpenAPIError
    from openapi_core.testing import MockResponse

    if answer.status >= 400 and str(answer.status) not in operation(route)["responses"]:
        return
    told = MockResponse(answer.body, answer.status, dict(answer.headers), "application/json")
    try:
        _api().validate_response(_request(route, parameters, request), told)
    except OpenAPIError as error:
        raise Violation(f"answer {answer.status} to {_told(request, error)}") from error


def _request(route: Route, parameters: Mapping[str, str], request: Request) -> Any:
    from openapi_core.testing import MockRequest

    quoted = {name: quote(value, safe="") for name, value in parameters.items()}
    kind = request.headers.get("content-type", "application/json").partition(";")[0]
    return MockRequest(
        HOST,
        request.method,
        route.template.format(**quoted),
        args=request.query,
        view_args=dict(parameters),
        headers=dict(request.headers),
        data=request.body,
        content_type=kind,
    )


def _told(request: Request, error: BaseException) -> str:
    """The reasons, without the values they are about: openapi-core keeps them in the causes."""
    from jsonschema.exceptions import relevance

    reasons = [str(error)]
    while error.__cause__:
        error = error.__cause__
        schema_errors = getattr(error, "schema_errors", None)
        reasons = [str(error)] if schema_errors is None else []
        for found in sorted(schema_errors or (), key=relevance):
            deepest = min(found.context, key=relevance) if found.context else found
            reasons.append(f"{deepest.json_path}: {deepest.message[:300]}")
    return f"{request.method} {request.target}: {'; '.join(dict.fromkeys(reasons))}"


def operation(route: Route) -> dict[str, Any]:
    return dict(cut()["paths"][route.template][route.method.lower()])


def _declared(route: Route) -> set[str]:
    declared = (resolve(one) for one in operation(route).get("parameters", ()))
    return {one["name"] for one in declared if one["in"] == "query"}


def _unknown_fields(route: Route, request: Request) -> set[str]:
    """Those that no alternative of the body's schema names: GitHub would silently ignore them."""
    body = json.loads(request.body) if request.body else None
    content = resolve(operation(route).get("requestBody", {})).get("content", {})
    schema = resolve(content.get("application/json", {}).get("schema", {}))
    options = [schema, *map(resolve, schema.get("anyOf", ()))]
    options += [resolve(one) for option in options[1:] for one in option.get("anyOf", ())]
    known = {name for option in options for name in option.get("properties", ())}
    return set(body) - known if isinstance(body, dict) else set()


def resolve(node: Mapping[str, Any]) -> dict[str, Any]:
    """What *node* is, or what its `$ref` points to."""
    if "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        return resolve(cut()["components"][kind][name])
    return dict(node)


def schema_of(route: Route, status: int) -> dict[str, Any]:
    """The schema of an answer's body; empty where it has none."""
    response = resolve(operation(route)["responses"].get(str(status), {}))
    return dict(response.get("content", {}).get("application/json", {}).get("schema", {}))
