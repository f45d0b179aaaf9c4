"""Credentials for registries, from `docker login`: config.json or a credential helper."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tf_docker_check.image.reference import HUB
from tf_docker_check.project.read import Absent, Unreadable, read_bytes
from tf_docker_check.registry.errors import Denied

HELPER_SECONDS = 20.0
MAX_CONFIG = 4 * 1024 * 1024
_HUB_KEY = "https://index.docker.io/v1/"  # the docker CLI's historical name for Docker Hub
_NOT_FOUND = "credentials not found in native keychain"  # the helpers' agreed way to say "none"


@dataclass(frozen=True)
class Credentials:
    """A user and password, or an identity token that is exchanged for access tokens."""

    user: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)

    @property
    def basic(self) -> str:
        """Return the value of a Basic `Authorization` header."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def credentials(registry: str, environment: Mapping[str, str]) -> Credentials | None:
    """Return the credentials that docker would use for *registry*; None: anonymous.

    As docker does: a helper of that registry, else the general store, else the file itself.
    Raises Denied where the configuration is unreadable or its helper fails.
    """
    config = _config(_path(environment))
    key = _HUB_KEY if registry == HUB else registry
    helper = _mapping(config, "credHelpers").get(key) or config.get("credsStore")
    if isinstance(helper, str) and helper:
        stored = _ask(helper, key, environment)
        if stored:
            return stored
    return _stored_credentials(_mapping(config, "auths"), registry)


def has_login(registry: str, environment: Mapping[str, str]) -> bool:
    """Whether docker's configuration holds a login for *registry*, or a helper for it. Asks no helper."""
    try:
        config = _config(_path(environment))
    except Denied:
        return False  # the run says so where it matters
    key = _HUB_KEY if registry == HUB else registry
    return (
        key in _mapping(config, "credHelpers")
        or _stored_credentials(_mapping(config, "auths"), registry) is not None
    )


def _path(environment: Mapping[str, str]) -> Path:
    folder = environment.get("DOCKER_CONFIG") or Path(environment.get("HOME", "/")) / ".docker"
    return Path(folder) / "config.json"


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(read_bytes(path, MAX_CONFIG))
    except Absent:
        return {}
    except Unreadable as error:
        raise _unusable(error.what, "docker stores its logins in it") from None
    except (ValueError, RecursionError) as error:
        raise _unusable(f"cannot read {path}", error) from None
    return config if isinstance(config, dict) else {}


def _mapping(config: dict[str, Any], key: str) -> dict[str, Any]:
    value = config.get(key)
    return value if isinstance(value, dict) else {}


def _stored_credentials(auths: dict[str, Any], registry: str) -> Credentials | None:
    for key, entry in auths.items():
        if isinstance(entry, dict) and _host(key) == registry and (text := _decode(entry)):
            return text
    return None


def _host(key: str) -> str:
    """Return the registry that a key of `auths` names: a host, or the URL of its API."""
    host = re.sub(r"^https?://", "", key).partition("/")[0]
    return HUB if host in {"index.docker.io", "registry-1.docker.io", "docker.io"} else host


def _decode(entry: dict[str, Any]) -> Credentials | None:
    token = entry.get("identitytoken")
    if isinstance(token, str) and token:
        return Credentials(identity_token=token)
    user, password = entry.get("username"), entry.get("password")
    if isinstance(entry.get("auth"), str) and entry["auth"]:
        try:
            user, _, password = base64.b64decode(entry["auth"]).decode().rstrip("\0").partition(":")
        except ValueError:  # not base64, or not UTF-8
            return None
    return (
        Credentials(user, password) if user and isinstance(user, str) and isinstance(password, str) else None
    )


def _ask(helper: str, key: str, environment: Mapping[str, str]) -> Credentials | None:
    """Run `docker-credential-HELPER get` for *key*."""
    program = f"docker-credential-{helper}"
    if not re.fullmatch(r"[\w.-]+", helper):
        raise _unusable(f"invalid credential helper {program!r}", "config.json names it")
    try:
        done = subprocess.run(
            [program, "get"], input=key.encode(), capture_output=True, timeout=HELPER_SECONDS,
            env=dict(environment), check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unusable(f"the credential helper {program} did not answer", error) from None
    if done.returncode:
        reply = (done.stdout + done.stderr).decode(errors="replace").strip()
        if _NOT_FOUND in reply:
            return None
        raise _unusable(f"the credential helper {program} failed", reply[:300])
    try:
        answer = json.loads(done.stdout[:MAX_CONFIG])
        user, secret = str(answer["Username"]), str(answer["Secret"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unusable(
            f"the credential helper {program} gave no credentials", "its output is not JSON"
        ) from None
    return Credentials(identity_token=secret) if user == "<token>" else Credentials(user, secret)


def _unusable(what: str, why: object) -> Denied:
    return Denied(
        what, why=str(why), remedy="run `docker login` again, or set DOCKER_CONFIG to another folder"
    )
