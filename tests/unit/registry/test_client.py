from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from registry.server import INDEX, Reply, Request, Server, serving
from tf_docker_check.errors import ImageNotFound
from tf_docker_check.registry import transport
from tf_docker_check.registry.client import Registry
from tf_docker_check.registry.errors import Denied, Malformed, Throttled, Unreachable
from tf_docker_check.registry.manifest import Descriptor
from tf_docker_check.registry.transport import Transport

pytestmark = pytest.mark.outside
LAYER = bytes(range(256)) * 4000


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def registry(slept: list[float], tmp_path) -> Iterator[Registry]:
    made = Registry(environment={"HOME": str(tmp_path)}, transport=Transport(sleep=slept.append))
    yield made
    made.close()


def login(folder, server: Server, user: str = "me", password: str = "pass") -> None:
    (folder / ".docker").mkdir()
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    (folder / ".docker/config.json").write_text(json.dumps({"auths": {server.address: {"auth": auth}}}))


def guarded(server: Server, allowed: str = "") -> None:
    """Want a token that only *allowed* (a Basic header; empty: anybody) gets."""

    def interfere(request: Request) -> Reply | None:
        if request.path.startswith("/token"):
            given = request.headers.get("authorization", "")
            return Reply(body=b'{"token":"T1"}') if given == allowed else Reply(401)
        if request.headers.get("authorization") != "Bearer T1":
            realm = f'Bearer realm="http://{server.address}/token",service="s",scope="x"'
            return Reply(401, headers={"WWW-Authenticate": realm})
        return None

    server.interfere = interfere


def test_manifest_and_config_take_two_requests_and_an_index_one_more(server, registry):
    digest = server.image("a/b", "plain", [LAYER], {"config": {"User": "app"}})
    server.index("a/b", "multi", {"linux/arm64": digest, "linux/amd64": digest})
    for tag, count in (("plain", 2), ("multi", 3)):
        server.requests.clear()
        reference = registry.resolve(f"{server.address}/a/b:{tag}")
        manifest = registry.manifest(reference)
        assert manifest.digest == digest
        assert registry.config(reference, manifest) == {"config": {"User": "app"}}
        assert len(server.requests) == count
    assert b"".join(registry.blob(reference, manifest.layers[0])) == LAYER


def test_a_head_is_one_request_without_content(server, registry):
    digest = server.image("a/b", "1", [])
    assert registry.head(registry.resolve(f"{server.address}/a/b:1")) == digest
    assert [request.method for request in server.requests] == ["HEAD"]


def test_a_registry_that_tells_no_digest_is_asked_for_the_content(server, registry):
    digest = server.image("a/b", "1", [])
    del server.content["/v2/a/b/manifests/1"].headers["Docker-Content-Digest"]
    assert registry.head(registry.resolve(f"{server.address}/a/b:1")) == digest


def test_what_is_not_there_is_no_trouble_of_the_registry(server, registry):
    with pytest.raises(ImageNotFound, match="does not exist"):
        registry.head(registry.resolve(f"{server.address}/a/b:1"))
    digest = server.image("a/b", "1", [])
    server.index("a/b", "multi", {"linux/s390x": digest, "windows/amd64": digest})
    with pytest.raises(ImageNotFound, match="linux/amd64") as raised:
        registry.manifest(registry.resolve(f"{server.address}/a/b:multi"))
    assert "linux/s390x, windows/amd64" in raised.value.why


def test_mirrors_are_asked_instead(server, slept, tmp_path):
    server.image("library/python", "3.12", [])
    registry = Registry([("docker.io", server.address)], environment={"HOME": str(tmp_path)})
    assert registry.manifest(registry.resolve("python:3.12")).layers == ()
    registry.close()


def test_a_token_is_fetched_once_and_used_for_all(server, registry):
    server.image("a/b", "1", [LAYER])
    guarded(server)
    reference = registry.resolve(f"{server.address}/a/b:1")
    manifest = registry.manifest(reference)
    assert b"".join(registry.blob(reference, manifest.layers[0])) == LAYER
    paths = [request.path.partition("?")[0] for request in server.requests]
    assert paths.count("/token") == 1
    assert "scope=repository%3Aa%2Fb%3Apull" in server.requests[1].path


def test_credentials_of_docker_login_get_the_token(server, registry, tmp_path):
    server.image("a/b", "1", [])
    guarded(server, "Basic " + base64.b64encode(b"me:pass").decode())
    with pytest.raises(Denied, match="denies access") as raised:
        registry.head(registry.resolve(f"{server.address}/a/b:1"))
    assert "docker login" in raised.value.remedy
    login(tmp_path, server)
    assert registry.head(registry.resolve(f"{server.address}/a/b:1"))


def test_basic_authentication(server, registry, tmp_path):
    server.image("a/b", "1", [])
    basic = "Basic " + base64.b64encode(b"me:pass").decode()
    server.interfere = lambda request: (
        None
        if request.headers.get("authorization") == basic
        else Reply(401, headers={"WWW-Authenticate": "Basic realm=x"})
    )
    with pytest.raises(Denied):
        registry.head(registry.resolve(f"{server.address}/a/b:1"))
    login(tmp_path, server)
    assert registry.head(registry.resolve(f"{server.address}/a/b:1"))


def test_an_expired_token_is_renewed(server, registry):
    digest = server.image("a/b", "1", [])
    guarded(server)
    reference = registry.resolve(f"{server.address}/a/b:1")
    registry.head(reference)
    accepted = server.interfere
    expired = iter(
        [Reply(401, headers={"WWW-Authenticate": f'Bearer realm="http://{server.address}/token"'})]
    )
    server.interfere = lambda request: next(expired, None) or accepted(request)
    assert registry.head(reference) == digest


def test_redirects_do_not_carry_the_token_elsewhere(server, registry, tmp_path):
    login(tmp_path, server)
    with serving() as elsewhere:
        server.image("a/b", "1", [LAYER])
        guarded(server, "Basic " + base64.b64encode(b"me:pass").decode())
        reference = registry.resolve(f"{server.address}/a/b:1")
        manifest = registry.manifest(reference)
        path = f"/v2/a/b/blobs/{manifest.layers[0].digest}"
        elsewhere.content["/signed"] = server.content[path]
        server.content[path] = Reply(307, headers={"Location": f"http://{elsewhere.address}/signed?x=1"})
        assert b"".join(registry.blob(reference, manifest.layers[0])) == LAYER
        assert "authorization" not in elsewhere.requests[0].headers


def test_redirects_in_circles_end(server, registry):
    server.content["/v2/a/b/manifests/1"] = Reply(302, headers={"Location": "/v2/a/b/manifests/1"})
    with pytest.raises(Unreachable, match="in a loop"):
        registry.head(registry.resolve(f"{server.address}/a/b:1"))
    assert len(server.requests) < 20


def test_a_token_service_that_is_not_https_gets_no_credentials(server, registry, tmp_path):
    login(tmp_path, server)
    server.interfere = lambda _: Reply(
        401, headers={"WWW-Authenticate": 'Bearer realm="http://evil.example/token"'}
    )
    with pytest.raises(Malformed, match="not https"):
        registry.head(registry.resolve(f"{server.address}/a/b:1"))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_trouble_that_passes_is_waited_for(server, registry, slept, status):
    digest = server.image("a/b", "1", [])
    replies = iter([Reply(status, headers={"Retry-After": "7"}), Reply(status)])
    server.interfere = lambda _: next(replies, None)
    assert registry.head(registry.resolve(f"{server.address}/a/b:1")) == digest
    assert slept == [7.0, 1.0]


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (Reply(429), Throttled, "limits the request rate"),
        (Reply(503), Unreachable, "503"),
        (Reply(429, headers={"Retry-After": "86400"}), Throttled, "86400 s"),
        (Reply(403, b'{"errors":[{"message":"no"}]}'), Denied, "denies access"),
        (Reply(418), Malformed, "418"),
        (Reply(401), Malformed, "unsupported kind of authentication"),
        (Reply(200, b"x" * 100, length=200), Unreachable, "response ended|IncompleteRead|broken"),
        (Reply(200, b"not json"), Malformed, "not JSON"),
        (Reply(200, b"[]"), Malformed, "not a JSON object"),
        (Reply(200, b"{}"), Malformed, "list of at most"),
        (Reply(200, b"[" * 100_000), Malformed, "not JSON"),
        (Reply(200, b'{"schemaVersion":1}'), Malformed, "schema version 1"),
        (Reply(200, b"x" * (4 * 1024**2 + 1)), Malformed, "too large"),
        (
            Reply(200, b"{}", {"Docker-Content-Digest": "sha256:" + "0" * 64}),
            Malformed,
            "does not match its digest",
        ),
    ],
)
def test_trouble_that_stays_is_told(server, registry, slept, reply, error, said):
    server.interfere = lambda _: reply
    with pytest.raises(error) as raised:
        registry.manifest(registry.resolve(f"{server.address}/a/b:1"))
    assert any(part in str(raised.value) for part in said.split("|"))
    assert len(server.requests) <= 5
    assert sum(slept) < 60


def test_an_index_of_indexes_ends(server, registry):
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": []}
    inner = server.manifest("a/b", "inner", document, INDEX)
    server.index("a/b", "outer", {"linux/amd64": inner})
    with pytest.raises(Malformed, match="index of indexes"):
        registry.manifest(registry.resolve(f"{server.address}/a/b:outer"))


def test_nobody_there(registry, slept):
    with pytest.raises(Unreachable, match="did not answer"):
        registry.head(registry.resolve("127.0.0.1:1/a/b"))
    assert len(slept) == 4


def blob(registry: Registry, server: Server, descriptor: dict[str, object]) -> bytes:
    digest, size = str(descriptor["digest"]), int(str(descriptor["size"]))
    return b"".join(registry.blob(registry.resolve(f"{server.address}/a/b"), Descriptor(digest, size)))


@pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "from the start"])
def test_a_torn_layer_goes_on_where_it_tore(server, registry, ranges):
    descriptor = server.blob("a/b", LAYER)
    tears = iter([100_000, 350_000])

    def interfere(request: Request) -> Reply | None:
        start = int(request.headers.get("range", "bytes=0-")[6:-1]) if ranges else 0
        end = next(tears, len(LAYER))
        status = 206 if ranges and start else 200
        return Reply(status, LAYER[start:end], length=len(LAYER) - start)

    server.interfere = interfere
    assert blob(registry, server, descriptor) == LAYER
    assert len(server.requests) == 3


def test_a_layer_that_always_tears_at_once_ends(server, registry):
    descriptor = server.blob("a/b", LAYER)
    server.interfere = lambda _: Reply(200, b"", length=len(LAYER))
    with pytest.raises(Unreachable):
        blob(registry, server, descriptor)
    assert len(server.requests) <= 6


@pytest.mark.parametrize("sent", [LAYER[:-1] + b"x", LAYER + b"more"], ids=["changed", "longer"])
def test_other_content_than_the_digest_names_is_refused(server, registry, sent):
    descriptor = server.blob("a/b", LAYER)
    server.interfere = lambda _: Reply(200, sent)
    with pytest.raises(Malformed, match="does not match"):
        blob(registry, server, descriptor)


def test_a_trickle_is_torn_off(server, registry, monkeypatch):
    descriptor = server.blob("a/b", LAYER)
    monkeypatch.setattr(transport, "PACE_SECONDS", 0.0)
    monkeypatch.setattr(transport, "PACE_BYTES", 1 << 40)
    with pytest.raises(Unreachable, match="did not answer properly") as raised:
        blob(registry, server, descriptor)
    assert "too slow" in raised.value.why


def test_silence_ends(server, registry, monkeypatch):
    monkeypatch.setattr(transport, "TIMEOUT", (1.0, 0.1))
    server.interfere = lambda _: time.sleep(0.5)  # type: ignore[func-returns-value]
    with pytest.raises(Unreachable) as raised:
        registry.head(registry.resolve(f"{server.address}/a/b:1"))
    assert "timed out" in raised.value.why.lower()


@pytest.mark.parametrize("part", ["head", "body"])
def test_an_answer_that_trickles_ends_with_the_registrys_name(tmp_path, part):
    """One header line, or one byte, now and then: no time-out of a connection ever sees silence."""
    registry = Registry(environment={"HOME": str(tmp_path)}, transport=Transport(patience=0.3))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=trickle, args=(listener, part), daemon=True).start()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(Unreachable, match=address):
            registry.manifest(registry.resolve(f"{address}/a/b:1"))


def trickle(listener: socket.socket, part: str) -> None:
    """Answer the first request a little at a time, until nobody listens."""
    connection, _ = listener.accept()
    with connection, contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"Content-Length: 9999\r\n\r\n" * (part == "body"))
        for number in range(100):
            connection.sendall(b"x" if part == "body" else f"X-{number}: x\r\n".encode())
            time.sleep(0.05)


def test_netrc_is_left_alone(server, registry, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.utils.get_netrc_auth(f"http://{server.address}/") == ("me", "secret")
    server.image("a/b", "1", [])
    registry.head(registry.resolve(f"{server.address}/a/b:1"))
    assert "authorization" not in server.requests[0].headers
