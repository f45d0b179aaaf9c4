"""What registries answer: manifests, indexes, challenges, tokens, headers; and docker's file of logins."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from fuzz.bend import bent, bent_json
from fuzz.surface import folder
from tf_docker_check.errors import CheckError
from tf_docker_check.image.reference import Reference
from tf_docker_check.inspection.image_config import describe_config
from tf_docker_check.net.retry import retry_after
from tf_docker_check.registry.client import Registry
from tf_docker_check.registry.manifest import Index, Manifest, choose, parse
from tf_docker_check.registry.transport import Transport

SHARE = 60
FOLDER = folder("registry")
DIGESTS = [f"sha256:{letter * 64}" for letter in "abc"]
CONFIG = {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": DIGESTS[0], "size": 2}
LAYER = {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": DIGESTS[1], "size": 30}
IMAGE = {"schemaVersion": 2, "config": CONFIG, "layers": [LAYER, LAYER]}
PLATFORM = {"os": "linux", "architecture": "amd64", "variant": "v8"}
INDEX = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.oci.image.index.v1+json",
    "manifests": [{"digest": DIGESTS[2], "size": 7, "platform": PLATFORM}, {"digest": DIGESTS[1], "size": 7}],
}
OF_IMAGE = {
    "os": "linux", "architecture": "amd64", "created": "2026-01-01T00:00:00Z",
    "config": {"Env": ["PATH=/bin", "TF_X=1"], "User": "", "Entrypoint": ["a"], "Cmd": "b", "Labels": {"a": "b"}},
    "history": [{"created_by": "x"}, {"created_by": "y", "empty_layer": True}],
}  # fmt: skip
LOGIN = base64.b64encode(b"user:hunter2").decode()
LOGINS = {"auths": {"h.example": {"auth": LOGIN}, "https://index.docker.io/v1/": {"identitytoken": "t"}}}
CHALLENGE = 'Bearer realm="https://auth.example/token",service="h.example",scope="repository:a/b:pull"'
HEADERS = {
    "Www-Authenticate": CHALLENGE, "Docker-Content-Digest": DIGESTS[0], "Retry-After": "1", "Location": "/v2/x",
    "Content-Length": "2",
}  # fmt: skip
TOKENS = [
    "https://",
    "http://",
    "[",
    "]",
    "[::1",
    ":99999",
    ":x",
    "@",
    "//",
    "?",
    "#",
    "%zz",
    '"',
    "\\",
    ",",
    "=",
]
WORDS = [
    *TOKENS,
    "Basic",
    "bearer ",
    "realm=",
    "Fri, 31 Dec 9999 23:59:59 -9999",
    "localhost",
    "é.example",
    "xn--a",
]
HEADER = st.sampled_from(sorted(HEADERS))
TEXT = bent([*HEADERS.values(), "Basic realm=x", "Wed, 21 Oct 2026 07:28:00 GMT", "https://[::1]/"], WORDS, 4)
BODIES = st.one_of(
    bent_json([IMAGE, INDEX], DIGESTS),
    bent_json([OF_IMAGE]),
    bent_json([{"token": "t", "access_token": "u"}]),
)
STATUS = st.sampled_from([200, 200, 200, 401, 401, 403, 404, 429, 500, 301, 307, 206, 418, 101])
ANSWER = st.tuples(STATUS, st.dictionaries(HEADER, TEXT, max_size=3), BODIES)
REFERENCES = st.sampled_from(["h.example/a/b:1", f"h.example/a/b@{DIGESTS[0]}", "python:3.12"])
INPUTS = st.tuples(
    REFERENCES, st.lists(ANSWER, min_size=1, max_size=5), bent_json([LOGINS], [LOGIN, "é", "\ud800"])
)


TRANSPORT = Transport(sleep=lambda _: None)


class _Body:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def read1(self, size: int, **_: object) -> bytes:
        piece, self.data = self.data[:size], self.data[size:]
        return piece


class _Answer:
    """As much of an answer as we look at."""

    reason = "\x1b[31mreason"

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status_code, self.headers = status, CaseInsensitiveDict(headers)
        self.raw = _Body(body)

    def close(self) -> None:
        pass


class _Session:
    """Gives the answers in turn, then the last one for ever."""

    def __init__(self, answers: list[tuple[int, dict[str, str], bytes]]) -> None:
        self.answers = answers

    def request(self, method: str, url: str, **_: object) -> _Answer:
        assert method in {"GET", "HEAD", "POST"}
        assert url.startswith(("https://", "http://localhost", "http://127.", "http://[::1]")), url
        return _Answer(*(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]))


def check(value: tuple[str, list[tuple[int, dict[str, str], bytes]], bytes]) -> None:
    name, answers, logins = value
    for _, headers, body in answers:
        _read(headers, body)
    (FOLDER / "config.json").write_bytes(logins)
    reference = Reference.parse(name)
    for act in (Registry.head, Registry.manifest, _config):
        TRANSPORT._session = _Session(list(answers))  # type: ignore[assignment]
        registry = Registry(environment={"DOCKER_CONFIG": str(FOLDER)}, transport=TRANSPORT)
        try:
            act(registry, reference)
        except CheckError as error:
            assert error.what.strip()
            assert "hunter2" not in str(error)


def _config(registry: Registry, reference: Reference) -> None:
    manifest = Manifest("", parse(json.dumps(IMAGE).encode(), "").config, ())  # type: ignore[union-attr]
    describe_config(registry.config(reference, manifest), (), "")


def _read(headers: Mapping[str, str], body: bytes) -> None:
    wait = retry_after(headers.get("Retry-After"))
    assert wait is None or 0 <= wait < 1e12
    try:
        found: Any = parse(body, DIGESTS[0])
    except CheckError as error:
        assert error.what
        return
    if isinstance(found, Index):
        try:
            choose(found, "linux/amd64")
        except CheckError as error:
            assert "\x1b" not in str(error)
