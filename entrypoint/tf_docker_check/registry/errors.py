"""Errors of registry requests. None of them means that an image is bad."""

from __future__ import annotations

from tf_docker_check.errors import RegistryError


class Denied(RegistryError):
    """The registry denies access, or hides that the repository does not exist."""


class Throttled(RegistryError):
    """The registry's rate limit is exceeded."""


class Unreachable(RegistryError):
    """No usable connection: name, network, TLS, time-out, 5xx, or a transfer that keeps failing."""


class Malformed(RegistryError):
    """An invalid response: wrong digest, too large, not a manifest."""
