from __future__ import annotations

from collections.abc import Iterator

import pytest
from registry.server import Reply, Server, serving

from tf_docker_check.registry.client import Registry
from tf_docker_check.registry.transport import Transport
from tf_docker_check.upstream.tags import TagState
from tf_docker_check.upstream.watch import SeenTag, query_tags, remember_tags

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
    seen = {reference: SeenTag(digest, digest) for reference, digest in digests.items()}
    tags = query_tags(registry, list(digests), seen, "linux/amd64")
    assert asked(server) == ["HEAD"] * 50
    assert {tag.moved for tag in tags} == {TagState.SAME}
    assert [tag.reference for tag in tags] == list(digests)
    assert remember_tags(seen, tags) == seen


def test_a_token_is_asked_for_once_for_all_tags_of_a_repository(server: Server, registry: Registry) -> None:
    digests = {f"{server.address}/tf:{tag}": server.image("tf", str(tag), [b"x"]) for tag in range(20)}
    server.content["/token"] = Reply(body=b'{"token": "t"}')
    challenge = f'Bearer realm="http://{server.address}/token",service="s"'

    def guard(request):
        free = request.path.startswith("/token") or request.headers.get("authorization")
        return None if free else Reply(401, headers={"WWW-Authenticate": challenge})

    server.interfere = guard
    seen = {reference: SeenTag(digest, digest) for reference, digest in digests.items()}
    query_tags(registry, list(digests), seen, "linux/amd64")
    assert sorted(asked(server)) == ["GET", *["HEAD"] * 21]


def test_a_moved_tag_tells_the_image_behind_it(server: Server, registry: Registry) -> None:
    image = server.image("tf", "amd", [b"x"])
    index = server.index("tf", "latest", {"linux/amd64": image})
    name = f"{server.address}/tf:latest"
    (tag,) = query_tags(
        registry, [name], {name: SeenTag("sha256:" + "0" * 64, "sha256:" + "1" * 64)}, "linux/amd64"
    )
    assert (tag.moved, tag.digest, tag.image, tag.before) == (
        TagState.MOVED,
        index,
        image,
        "sha256:" + "1" * 64,
    )


def test_an_index_that_moved_for_another_platform_did_not_move_for_us(
    server: Server, registry: Registry
) -> None:
    image = server.image("tf", "amd", [b"x"])
    index = server.index("tf", "latest", {"linux/amd64": image})
    name = f"{server.address}/tf:latest"
    tags = query_tags(registry, [name], {name: SeenTag("sha256:" + "0" * 64, image)}, "linux/amd64")
    assert tags[0].moved is TagState.SAME
    assert remember_tags({}, tags) == {name: SeenTag(index, image)}


def test_a_tag_not_seen_before_is_new(server: Server, registry: Registry) -> None:
    server.image("tf", "latest", [b"x"])
    assert query_tags(registry, [f"{server.address}/tf:latest"], {}, "linux/amd64")[0].moved is TagState.NEW


@pytest.mark.parametrize("still", [True, False])
def test_a_vanished_tag_tells_whether_its_last_image_pulls(
    server: Server, registry: Registry, still: bool
) -> None:
    last = server.image("tf", "old", [b"x"]) if still else "sha256:" + "2" * 64
    name = f"{server.address}/tf:gone"
    seen = {name: SeenTag(last, last)}
    (tag,) = query_tags(registry, [name], seen, "linux/amd64")
    assert (tag.moved, tag.before, tag.pulls, tag.digest) == (TagState.VANISHED, last, still, "")
    assert remember_tags(seen, [tag]) == seen


def test_a_tag_that_never_was_is_absent(server: Server, registry: Registry) -> None:
    assert query_tags(registry, [f"{server.address}/tf:no"], {}, "linux/amd64")[0].moved is TagState.ABSENT


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_registry_without_an_answer_moves_nothing(server: Server, registry: Registry, status: int) -> None:
    server.interfere = lambda _: Reply(status)
    name = f"{server.address}/tf:latest"
    seen = {name: SeenTag("sha256:" + "3" * 64, "sha256:" + "3" * 64)}
    (tag,) = query_tags(registry, [name], seen, "linux/amd64")
    assert tag.moved is TagState.UNKNOWN
    assert tag.why
    assert remember_tags(seen, [tag]) == seen


def test_one_registry_in_trouble_costs_the_others_nothing(server: Server, registry: Registry) -> None:
    digest = server.image("tf", "latest", [b"x"])
    names = ["127.0.0.1:1/tf:latest", f"{server.address}/tf:latest"]
    tags = query_tags(registry, names, {names[1]: SeenTag(digest, digest)}, "linux/amd64")
    assert [tag.moved for tag in tags] == [TagState.UNKNOWN, TagState.SAME]
