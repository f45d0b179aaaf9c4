from __future__ import annotations

from collections.abc import Iterator

import pytest
from registry.server import Reply, Server, serving

from tf_docker_check.model.nightly import Moved
from tf_docker_check.registry.client import Registry
from tf_docker_check.registry.transport import Transport
from tf_docker_check.upstream.watch import Seen, look, remembered

pytestmark = pytest.mark.outside


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def registry() -> Registry:
    return Registry(environment={"DOCKER_CONFIG": "/nowhere"}, transport=Transport(sleep=lambda _: None))


def asked(server: Server) -> list[str]:
    return [request.method for request in server.requests]


def test_where_nothing_moved_each_tag_costs_one_head(server: Server, registry: Registry) -> None:
    digests = {f"{server.address}/tf:{tag}": server.image("tf", str(tag), [b"x"]) for tag in range(50)}
    seen = {reference: Seen(digest, digest) for reference, digest in digests.items()}
    tags = look(registry, list(digests), seen, "linux/amd64")
    assert asked(server) == ["HEAD"] * 50
    assert {tag.moved for tag in tags} == {Moved.SAME}
    assert [tag.reference for tag in tags] == list(digests)
    assert remembered(seen, tags) == seen


def test_a_token_is_asked_for_once_for_all_tags_of_a_repository(server: Server, registry: Registry) -> None:
    digests = {f"{server.address}/tf:{tag}": server.image("tf", str(tag), [b"x"]) for tag in range(20)}
    server.content["/token"] = Reply(body=b'{"token": "t"}')
    challenge = f'Bearer realm="http://{server.address}/token",service="s"'

    def guard(request):
        free = request.path.startswith("/token") or request.headers.get("authorization")
        return None if free else Reply(401, headers={"WWW-Authenticate": challenge})

    server.interfere = guard
    seen = {reference: Seen(digest, digest) for reference, digest in digests.items()}
    look(registry, list(digests), seen, "linux/amd64")
    assert sorted(asked(server)) == ["GET", *["HEAD"] * 21]


def test_a_moved_tag_tells_the_image_behind_it(server: Server, registry: Registry) -> None:
    image = server.image("tf", "amd", [b"x"])
    index = server.index("tf", "latest", {"linux/amd64": image})
    name = f"{server.address}/tf:latest"
    (tag,) = look(registry, [name], {name: Seen("sha256:" + "0" * 64, "sha256:" + "1" * 64)}, "linux/amd64")
    assert (tag.moved, tag.digest, tag.image, tag.before) == (Moved.MOVED, index, image, "sha256:" + "1" * 64)


def test_an_index_that_moved_for_another_platform_did_not_move_for_us(
    server: Server, registry: Registry
) -> None:
    image = server.image("tf", "amd", [b"x"])
    index = server.index("tf", "latest", {"linux/amd64": image})
    name = f"{server.address}/tf:latest"
    tags = look(registry, [name], {name: Seen("sha256:" + "0" * 64, image)}, "linux/amd64")
    assert tags[0].moved is Moved.SAME
    assert remembered({}, tags) == {name: Seen(index, image)}


def test_a_tag_not_seen_before_is_new(server: Server, registry: Registry) -> None:
    server.image("tf", "latest", [b"x"])
    assert look(registry, [f"{server.address}/tf:latest"], {}, "linux/amd64")[0].moved is Moved.NEW


@pytest.mark.parametrize("still", [True, False])
def test_a_vanished_tag_tells_whether_its_last_image_pulls(
    server: Server, registry: Registry, still: bool
) -> None:
    last = server.image("tf", "old", [b"x"]) if still else "sha256:" + "2" * 64
    name = f"{server.address}/tf:gone"
    seen = {name: Seen(last, last)}
    (tag,) = look(registry, [name], seen, "linux/amd64")
    assert (tag.moved, tag.before, tag.pulls, tag.digest) == (Moved.VANISHED, last, still, "")
    assert remembered(seen, [tag]) == seen


def test_a_tag_that_never_was_is_absent(server: Server, registry: Registry) -> None:
    assert look(registry, [f"{server.address}/tf:no"], {}, "linux/amd64")[0].moved is Moved.ABSENT


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_registry_without_an_answer_moves_nothing(server: Server, registry: Registry, status: int) -> None:
    server.interfere = lambda _: Reply(status)
    name = f"{server.address}/tf:latest"
    seen = {name: Seen("sha256:" + "3" * 64, "sha256:" + "3" * 64)}
    (tag,) = look(registry, [name], seen, "linux/amd64")
    assert tag.moved is Moved.UNKNOWN
    assert tag.why
    assert remembered(seen, [tag]) == seen


def test_one_registry_in_trouble_costs_the_others_nothing(server: Server, registry: Registry) -> None:
    digest = server.image("tf", "latest", [b"x"])
    names = ["127.0.0.1:1/tf:latest", f"{server.address}/tf:latest"]
    tags = look(registry, names, {names[1]: Seen(digest, digest)}, "linux/amd64")
    assert [tag.moved for tag in tags] == [Moved.UNKNOWN, Moved.SAME]
