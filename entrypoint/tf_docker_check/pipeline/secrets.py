"""The secret values of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tf_docker_check.errors import join_problems
from tf_docker_check.model.config import Config, Secret
from tf_docker_check.model.redact import looks_secret, url_credentials
from tf_docker_check.model.text import one_line
from tf_docker_check.pipeline.trust import cache_fields
from tf_docker_check.project.read import Unreadable, is_inside, read_bytes

SHORTEST = 5
"""Characters; hiding what is shorter would blot out innocent text."""

MAX_FILE = 500 * 1024
"""Bytes; BuildKit takes no larger secret."""


def secret_values(config: Config, project: Path, environment: Mapping[str, str]) -> frozenset[str]:
    """Return secrets, build arguments and variables with secret-looking names, and credentials in index URLs."""
    users = [strategy.dockerfile for strategy in config.known if strategy.dockerfile]
    named = [pair for user in users for pair in user.build_args] + [*config.checks.run_options.environment]
    values = [value for name, value in named if looks_secret(name)]
    values += [login for _, value in named for login in url_credentials(value)]
    for secret in {secret for user in users for secret in user.secrets}:
        values += _values(secret, project, environment)
    values += [login for url in _addresses(config) for login in url_credentials(url)]
    return frozenset(value for value in map(str.strip, values) if len(value) >= SHORTEST)


def refuse_cache_keys(config: Config) -> None:
    """Raise UsageError where a cache holds a key or a login: buildx takes caches by its command line only."""
    entries = [
        *(("cache-from", entry) for entry in config.build.cache_from),
        *(("cache-to", entry) for entry in config.build.cache_to),
    ]
    problems = [
        f"build.{option}: {one_line(name, 40)!r} holds a secret"
        for option, entry in entries
        for name, value in {"ref": entry, **cache_fields(entry)}.items()
        if looks_secret(name, value)
    ]
    if problems:
        raise join_problems(
            problems,
            "the configuration holds secrets that every user of this machine could read while an image is built:",
            "leave them out, and give them in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
            "for type=s3) or by `docker login`",
        )


def refuse_outside(config: Config, project: Path) -> None:
    """Raise UsageError if a file that builds are given is outside *project*, links followed.

    Used when the configuration may be untrusted, which must not read files of this machine.
    """
    users = [strategy.dockerfile for strategy in config.known if strategy.dockerfile]
    named = {secret.file for user in users for secret in user.secrets if secret.file}
    named |= {config.build.ca_bundle} - {""}
    if outside := sorted(name for name in named if not is_inside(project / name, project)):
        raise join_problems(
            [f"{one_line(name, 200)!r} is not in the project" for name in outside],
            "the configuration names files that builds may not be given here:",
            "put them into the workspace in an earlier step, or give secrets by `secrets: [NAME]` and `env:`",
        )


def _values(secret: Secret, project: Path, environment: Mapping[str, str]) -> Iterable[str]:
    if secret.env:
        return environment.get(secret.env, "").splitlines()
    try:
        return read_bytes(project / secret.file, MAX_FILE).decode("utf-8", "replace").splitlines()
    except Unreadable:
        return ()  # the build says so


def _addresses(config: Config) -> Iterator[str]:
    """Yield the URLs of the configuration that may contain a login."""
    yield from (config.build.index_url, *config.build.extra_index_urls)
    yield from (runner.docker_host for runner in config.runners)
