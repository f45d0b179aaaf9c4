from __future__ import annotations

import pytest

from tf_docker_check.engine.registry_trouble import Refusal, classify, pull_error
from tf_docker_check.errors import CheckError, EngineError, ImageNotFound, RegistryError

# Lines of dockerd 20.10 to 28, containerd and BuildKit.
SAID = {
    "manifest for 127.0.0.1:5055/tensorflow/tensorflow:9.99 not found: manifest unknown: manifest unknown": (
        Refusal.NOT_FOUND
    ),
    "127.0.0.1:5055/tensorflow/tensorflow:9.99: not found": Refusal.NOT_FOUND,
    "no matching manifest for linux/arm64/v8 in the manifest list entries": Refusal.NOT_FOUND,
    "repository name not known to registry: name unknown": Refusal.NOT_FOUND,
    "pull access denied for tensorflow/tensorflw, repository does not exist or may require 'docker login': "
    "denied: requested access to the resource is denied": Refusal.AUTH,
    'Head "https://ghcr.io/v2/a/b/manifests/1": unauthorized': Refusal.AUTH,
    "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized": Refusal.AUTH,
    "toomanyrequests: You have reached your unauthenticated pull rate limit.": Refusal.LIMIT,
    "httpReadSeeker: failed open: unexpected status code 429 Too Many Requests": Refusal.LIMIT,
    'Get "https://hub/v2/": dial tcp: lookup hub on 10.0.0.2:53: no such host': Refusal.NETWORK,
    'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused': Refusal.NETWORK,
    'Get "https://hub/v2/": x509: certificate signed by unknown authority': Refusal.NETWORK,
    'Get "https://hub/v2/": net/http: TLS handshake timeout': Refusal.TRANSIENT,
    'Get "https://hub/v2/": dial tcp 10.1.2.3:443: i/o timeout': Refusal.TRANSIENT,
    "error pulling image configuration: download failed after attempts=6: unexpected EOF": Refusal.TRANSIENT,
    "received unexpected HTTP status: 503 Service Unavailable": Refusal.TRANSIENT,
    "failed to register layer: write /usr/lib/x.so: no space left on device": Refusal.DISK,
    "httpReadSeeker: failed open: content at http://hub/v2/x/blobs/sha256:1 not found: not found": (
        Refusal.INCOMPLETE
    ),
    "error pulling image configuration: download failed after attempts=1: unknown blob": Refusal.INCOMPLETE,
    "blobs/x:1: not found": Refusal.NOT_FOUND,
    'connection error: desc = "transport: error while dialing: dial unix:///run/containerd/containerd.sock: '
    'timeout": connect: connection refused: unavailable': Refusal.ENGINE,
    "something nobody has seen": Refusal.OTHER,
}


@pytest.mark.parametrize(("text", "refusal"), SAID.items())
def test_what_registries_say_is_told_apart(text: str, refusal: Refusal) -> None:
    assert classify(text) is refusal


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("manifest unknown", ImageNotFound),
        ("no space left on device", EngineError),
        ("dial unix /run/containerd/containerd.sock: connect: connection refused", EngineError),
        ("unknown blob", RegistryError),
        ("unauthorized", RegistryError),
        ("toomanyrequests", RegistryError),
        ("connection refused", RegistryError),
        ("never heard of", RegistryError),
    ],
)
def test_only_an_answer_makes_an_image_missing(text: str, kind: type[CheckError]) -> None:
    error = pull_error("some/image:1", text)
    assert isinstance(error, kind)
    assert text in str(error)
