"""Why a registry gave no answer. None of these says anything about an image."""

from __future__ import annotations

from tf_docker_check.errors import RegistryError


class Denied(RegistryError):
    """The registry wants other credentials, or hides that the repository does not exist."""


class Throttled(RegistryError):
    """The registry allows no more requests for now."""


class Unreachable(RegistryError):
    """No usable connection: name, network, TLS, time-out, 5xx, or a transfer that keeps tearing."""


class Malformed(RegistryError):
    """An answer that no registry should give: wrong digest, too large, not a manifest."""
