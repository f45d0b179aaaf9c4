"""The buildx command line for a build."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from tf_docker_check.engine.buildx import Buildx
from tf_docker_check.engine.protocol import BuildRequest
from tf_docker_check.model.redact import looks_secret

_STEERS_BUILDX = re.compile(
    r"(?:DOCKER|BUILDX|BUILDKIT|COMPOSE|SSH|SSL|LD|GO|GIT|XDG|AWS|AZURE|ACTIONS|GITHUB|OTEL)[A-Z]*_"
    r"|GODEBUG$|PATH$|HOME$|TMPDIR$|(?:ALL|NO)_PROXY$",
    re.IGNORECASE,
)
_PROXY = re.compile(r"(?:HTTPS?|FTP)_PROXY", re.IGNORECASE)
_NO_PROXY = {"NO_PROXY": "*", "no_proxy": "*"}


def command_line(
    buildx: Buildx, request: BuildRequest, workspace: Path, environment: Mapping[str, str]
) -> list[str]:
    """Return the command line that builds *request* in our *environment*.

    *workspace* is a private folder with the ``Dockerfile`` and an ``empty`` context; buildx
    leaves the image's id there in ``iid``. What `private_build_args` names is taken from the
    environment: every user of the machine can read a command line.
    """
    private = private_build_args(request.build_args, environment)
    return [
        *buildx.command,
        "build",
        f"--builder={buildx.builder}",
        "--load",
        f"--progress={'rawjson' if buildx.rawjson else 'plain'}",
        f"--file={workspace / 'Dockerfile'}",
        f"--iidfile={workspace / 'iid'}",
        *_options(request, private),
        request.context or str(workspace / "empty"),
    ]


def buildx_environment(build_args: Mapping[str, str], environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return *environment* with the confidential ones of *build_args*; buildx itself uses no proxy of theirs."""
    private = private_build_args(build_args, environment)
    foreign = any(_PROXY.fullmatch(name) and name not in environment for name in private)
    return {**environment, **private, **(_NO_PROXY if foreign else {})}


def private_build_args(build_args: Mapping[str, str], environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the confidential ones of *build_args*, which are passed by buildx's environment.

    Names that configure buildx itself (logins, engine) are left out: a build argument must not. So are
    proxies other than those that buildx needs in our *environment*.
    """
    proxies = {name: value for name, value in environment.items() if _PROXY.fullmatch(name) and value}
    return {
        name: value
        for name, value in build_args.items()
        if looks_secret(name, value)
        and not _STEERS_BUILDX.match(name)
        and (not _PROXY.fullmatch(name) or not proxies or proxies.get(name) == value)
    }


def _options(request: BuildRequest, private: Collection[str]) -> Iterator[str]:
    single = {
        "tag": request.tag,
        "target": request.target,
        "platform": request.platform,
        "network": request.network,
    }
    yield from (f"--{name}={value}" for name, value in single.items() if value)
    yield from _repeat_option(
        "build-arg",
        (name if name in private else f"{name}={value}" for name, value in request.build_args.items()),
    )
    yield from _repeat_option("label", (f"{name}={value}" for name, value in request.labels.items()))
    yield from _repeat_option(
        "build-context", (f"{name}=docker-image://{image}" for name, image in request.contexts.items())
    )
    yield from _repeat_option("cache-from", request.cache_from)
    yield from _repeat_option("cache-to", request.cache_to)
    for secret in request.secrets:
        source = f"env={secret.env}" if secret.env else f"src={secret.file}"
        yield f"--secret={_csv(f'id={secret.id}', source)}"


def _repeat_option(option: str, values: Iterable[str]) -> Iterator[str]:
    return (f"--{option}={value}" for value in values)


def _csv(*fields: str) -> str:
    """Return one CSV record as buildx reads it: fields with commas or quotes are quoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(fields)
    return line.getvalue()
