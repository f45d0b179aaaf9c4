"""Restrict what an untrusted configuration may do.

The step's inputs and the workflow are trusted; the configuration is a file of the checked commit, which may
be a pull request's. So logins, caches and variables of the step are used only as far as an input permits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tf_docker_check.errors import UsageError, join_problems
from tf_docker_check.gha.event import Context
from tf_docker_check.image.reference import Reference
from tf_docker_check.model.config import Config, Gpu
from tf_docker_check.model.text import one_line
from tf_docker_check.probe.check_specs import select_checks
from tf_docker_check.registry.credentials import has_login

KEYS = ("docker-host", "secret", "cache-to", "cache-from")
"""Keys of the input `allow`."""

_HOST_CHECK = "distributed-host"
Allowed = frozenset[tuple[str, str]]


def read_allowed(text: str) -> Allowed:
    """Read the (key, value) pairs of the input `allow`, one KEY=VALUE per line. Raises UsageError."""
    pairs = [line.strip().partition("=") for line in text.splitlines() if line.strip()]
    for key, _, value in pairs:
        if key not in KEYS or not value:
            raise UsageError(
                f"input allow: {one_line(f'{key}={value}', 80)!r} is not understood",
                remedy=f"write KEY=VALUE on each line; keys are {', '.join(KEYS)}",
            )
    return frozenset((key, value) for key, _, value in pairs)


def restrict(config: Config, run: Context, allowed: Allowed) -> tuple[Config, tuple[str, ...]]:
    """Return *config* as an action may carry it out, and a note for each cache that is not used.

    Raises UsageError with everything that the configuration may not request in *run*.
    """
    if refused := [what for what, pair in _requests(config, run) if pair not in allowed]:
        raise join_problems(
            refused,
            "the configuration, which a pull request can change, asks for what only the workflow may give:",
            "set the input `allow` in the workflow, KEY=VALUE on each line, such as "
            "`docker-host=ssh://ci@builder`; or leave it out of the configuration",
        )
    if not run.pull:
        return config, ()
    config, notes = _without_host_network(config)
    build = config.build
    sources = tuple(entry for entry in build.cache_from if _may_read(entry, allowed))
    targets = tuple(entry for entry in build.cache_to if _may_write(entry, run, allowed))
    lost = [
        *(("cache-from", entry) for entry in build.cache_from if entry not in sources),
        *(("cache-to", entry) for entry in build.cache_to if entry not in targets),
    ]
    notes += tuple(_note(key, entry, run) for key, entry in lost)
    return replace(config, build=replace(build, cache_from=sources, cache_to=targets)), notes


def _without_host_network(config: Config) -> tuple[Config, tuple[str, ...]]:
    """Leave out the check that starts containers on the host's network, where it would run."""
    checks = config.checks
    selected = (
        spec.name for runner in config.runners for spec in select_checks(checks, runner.gpu or Gpu.OFF)[0]
    )
    if _HOST_CHECK not in selected and not checks.distributed_commands:
        return config, ()
    without = replace(checks, disable=(*checks.disable, _HOST_CHECK))
    note = f"`{_HOST_CHECK}` is left out: no pull request's image runs on the host's network"
    return replace(config, checks=without), (note,)


def disclosures(config: Config, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return notes on which hosts in *config* get docker's logins, and which files builds get."""
    build = config.build
    named = {
        "mirrors": [mirror for _, mirror in config.mirrors],
        "cache-from": _references(build.cache_from),
        "cache-to": _references(build.cache_to),
    }
    registries = sorted({(key, _registry(reference)) for key in named for reference in named[key]})
    users = [strategy.dockerfile for strategy in config.known if strategy.dockerfile]
    files = sorted({secret.file for user in users for secret in user.secrets if secret.file})
    return (
        *(
            f"the engine {one_line(host, 200)}, which `docker-host` names, is given docker's logins "
            "for what it pulls"
            for host in sorted({runner.docker_host for runner in config.runners if runner.docker_host})
        ),
        *(
            f"{one_line(host, 200)}, which `{key}` names, is given docker's login for it"
            for key, host in registries
            if host and has_login(host, environment)
        ),
        *(f"builds are given the file {one_line(name, 200)} as a secret" for name in files),
    )


def _requests(config: Config, run: Context) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what needs permission in *run*: a message, and the pair in `allow` that grants it."""
    for runner in config.runners:
        if host := runner.docker_host:
            what = f"runners.{runner.name}.docker-host: the engine {one_line(host, 200)!r} would get logins"
            yield what, ("docker-host", host)
    if not run.pull:
        return
    users = [strategy.dockerfile for strategy in config.known if strategy.dockerfile]
    for name in sorted({secret.env for user in users for secret in user.secrets if secret.env}):
        yield f"secrets: the step's variable {one_line(name, 200)!r} as a build secret", ("secret", name)
    if config.checks.run_options.network == "host":
        what = "checks.run-options.network: `host`, which no pull request gets: use `none` or `bridge`"
        yield what, ("network", "host")


def _may_read(entry: str, allowed: Allowed) -> bool:
    """Return whether a cache may be read without permission: registries only, whose login goes nowhere else."""
    return ("cache-from", entry) in allowed or cache_fields(entry).get("type", "registry") == "registry"


def _may_write(entry: str, run: Context, allowed: Allowed) -> bool:
    return not run.fork and ("cache-to", entry) in allowed


def _note(key: str, entry: str, run: Context) -> str:
    why = (
        "pull requests from forks write no cache"
        if key == "cache-to" and run.fork
        else f"in pull requests it needs the line `{key}={one_line(entry, 200)}` in the input `allow`"
    )
    return f"`build.{key}: {one_line(entry, 200)}` is not used: {why}"


def cache_fields(entry: str) -> Mapping[str, str]:
    """Return the fields of a cache in buildx's form, keys in lower case; a plain reference has none."""
    try:
        row: Sequence[str] = next(csv.reader([entry]), [])
    except csv.Error:
        return {"type": ""}
    pairs = (field.partition("=") for field in row if "=" in field)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _references(entries: Sequence[str]) -> list[str]:
    return [cache_fields(entry).get("ref", "" if "=" in entry else entry) for entry in entries]


def _registry(reference: str) -> str:
    """Return the registry of *reference*, which may be the beginning of one; empty if invalid."""
    try:
        return Reference.parse(reference if "/" in reference else f"{reference}/any").registry
    except UsageError:
        return ""
