"""Classify a registry's error. The texts are those of dockerd, containerd and BuildKit."""

from __future__ import annotations

import re
from enum import Enum

from tf_docker_check.engine.trouble import DISK_FULL, disk_full_error
from tf_docker_check.errors import CheckError, EngineError, ImageNotFound, RegistryError


class Refusal(Enum):
    """Why an image could not be pulled."""

    NOT_FOUND = "not found"
    INCOMPLETE = "incomplete"  # the manifest is there, a layer or the config it names is not
    ENGINE = "engine"  # the engine's own parts do not reach one another: no registry was asked
    LIMIT = "limit"
    AUTH = "auth"
    DISK = "disk"
    TRANSIENT = "transient"  # worth another try
    NETWORK = "network"
    OTHER = "other"


# First match wins: Docker Hub's "denied" for a repository that does not exist also says "does not
# exist", and a limit also says "unauthorized".
_PATTERNS = (
    (Refusal.ENGINE, r"dial unix|unix://|\.sock\b"),
    (Refusal.DISK, DISK_FULL),
    (Refusal.LIMIT, r"toomanyrequests|429 Too Many Requests|rate limit"),
    (
        Refusal.AUTH,
        r"denied|unauthorized|authentication required|no basic auth|authorization failed|401 |403 "
        r"|insufficient_scope|credentials store|error getting credentials",
    ),
    (
        Refusal.TRANSIENT,
        r"i/o timeout|TLS handshake timeout|connection reset|unexpected EOF|: EOF$|50[0234] "
        r"|request canceled|deadline exceeded|server misbehaving|broken pipe|temporary failure"
        r"|received unexpected HTTP status: 5",
    ),
    (
        Refusal.NETWORK,
        r"dial tcp|no such host|connection refused|failed to do request|x509|certificate|proxyconnect"
        r"|no route to host|network is unreachable|server gave HTTP response to HTTPS client",
    ),
    (
        Refusal.INCOMPLETE,
        r"/blobs/sha256|unknown blob|blob unknown|content digest sha256:\S+ not found"
        r"|error pulling image configuration",
    ),
    (
        Refusal.NOT_FOUND,
        r"manifest unknown|name unknown|not found|no matching manifest|does not match the specified platform"
        r"|no match for platform|invalid reference format|repository name must be",
    ),
)

_REMEDIES = {
    Refusal.LIMIT: "log in to the registry, or name a mirror under `mirrors` in the configuration",
    Refusal.AUTH: "check the spelling (Docker Hub says this of repositories that do not exist, too); "
    "for a private image log in first (`docker login`)",
    Refusal.TRANSIENT: "try again later, or name a mirror under `mirrors` in the configuration",
    Refusal.NETWORK: "check the engine's network, proxy and CA certificates, or name a mirror under "
    "`mirrors` in the configuration",
    Refusal.INCOMPLETE: "push the image anew, or name another registry under `mirrors` in the configuration",
    Refusal.OTHER: "see what answers at that address; `docker pull` says the same",
}


class PullLimit(RegistryError):
    """The registry's pull limit is reached; the engine does not say for how long."""


def classify(text: str) -> Refusal:
    """Return the kind of error that *text* is; first match wins."""
    for refusal, pattern in _PATTERNS:
        if re.search(pattern, text, re.IGNORECASE):
            return refusal
    return Refusal.OTHER


def pull_error(reference: str, text: str) -> CheckError:
    """Return the error for *reference*, whose pull failed with *text*."""
    refusal = classify(text)
    if refusal is Refusal.DISK:
        return disk_full_error(text)
    if refusal is Refusal.ENGINE:
        return EngineError(
            f"cannot pull {reference}: the container engine's own parts do not reach one another",
            why=text,
            remedy="see whether containerd runs (`docker info`, its log), start it again, and repeat",
        )
    if refusal is Refusal.NOT_FOUND:
        return ImageNotFound(
            f"there is no image {reference}", why=text, remedy="check the name, the tag and the platform"
        )
    if refusal is Refusal.INCOMPLETE:
        return incomplete_image_error(reference, text)
    what = {
        Refusal.LIMIT: "the registry's pull limit is reached",
        Refusal.AUTH: "the registry refuses access",
        Refusal.NETWORK: "the registry could not be reached",
    }.get(refusal, "the registry did not serve it")
    kind = PullLimit if refusal is Refusal.LIMIT else RegistryError
    return kind(f"cannot pull {reference}: {what}", why=text, remedy=_REMEDIES[refusal])


def incomplete_image_error(reference: str, text: str) -> RegistryError:
    """Return the error for *reference*, of which the registry has the manifest but not all layers."""
    return RegistryError(
        f"cannot pull {reference}: the registry has its manifest, but not all of its layers",
        why=text,
        remedy=_REMEDIES[Refusal.INCOMPLETE],
    )
