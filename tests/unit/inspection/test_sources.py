from __future__ import annotations

import gzip
from collections.abc import Generator, Iterator

import pytest
from registry.server import Reply, Server, serving

from inspection.images import distribution, pieces, saved, tar
from tf_docker_check.errors import CannotJudge, RegistryError
from tf_docker_check.inspection import sources
from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.sources import InspectionOptions
from tf_docker_check.registry.client import Registry
from tf_docker_check.registry.transport import Transport

BASE = tar({"etc/os-release": b"ID=debian\nVERSION_ID=13\n", "old": b"x"})
TOP = tar({**distribution("numpy", "2.1.0"), ".wh.old": b""})
CONFIG = {"os": "linux", "architecture": "amd64", "config": {"Env": ["PATH=/usr/bin"], "User": "app"}}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.image("me/image", "1", [gzip.compress(BASE), gzip.compress(TOP), gzip.compress(TOP)], CONFIG)
        yield running


@pytest.fixture
def registry(tmp_path) -> Iterator[Registry]:
    made = Registry(environment={"HOME": str(tmp_path)}, transport=Transport(sleep=lambda _: None))
    yield made
    made.close()


@pytest.mark.outside
def test_a_registry_image_is_read_layer_by_layer_each_once(server, registry):
    said: list[str] = []
    image = sources.from_registry(
        registry, f"{server.address}/me/image:1", InspectionOptions(say=said.append)
    )
    assert image.complete
    assert image.source == "registry"
    assert image.os
    assert image.os.version == "13"
    assert [one.name for one in image.pip] == ["numpy"]
    assert len(image.layers) == 3
    assert len(said) == 2
    assert len(server.requests) == 4  # manifest, config, two different layers


@pytest.mark.outside
def test_a_quick_look_takes_two_requests(server, registry):
    image = sources.from_registry(registry, f"{server.address}/me/image:1", InspectionOptions(quick=True))
    assert (image.user, image.complete, image.os) == ("app", False, None)
    assert len(server.requests) == 2


@pytest.mark.outside
def test_a_changed_layer_yields_no_facts(server, registry):
    layers = [path for path, reply in server.content.items() if reply.body.startswith(b"\x1f\x8b")]
    server.content[layers[0]] = Reply(body=gzip.compress(BASE, mtime=1))
    with pytest.raises(RegistryError, match="does not match sha256"):
        sources.from_registry(registry, f"{server.address}/me/image:1", InspectionOptions())


@pytest.mark.outside
def test_one_bad_layer_ends_the_others(server, registry):
    bad, others = gzip.compress(b"no tar at all" * 100), [tar({f"big{n}": bytes(1 << 20)}) for n in range(6)]
    server.image("me/image", "2", [*others, bad])
    with pytest.raises(CannotJudge, match="damaged"):
        sources.from_registry(registry, f"{server.address}/me/image:2", InspectionOptions())


class Engine:
    def config(self, reference: str):
        return {**CONFIG, "id": "sha256:1"} if reference == "here" else None

    def save(self, reference: str) -> Generator[bytes]:
        yield from pieces(saved([BASE, TOP], CONFIG, reference))


def test_a_local_image_is_read_from_the_engines_stream():
    image = sources.from_engine(Engine(), "here", InspectionOptions())
    assert image
    assert (image.source, image.reference, image.user) == ("engine", "here", "app")
    assert image.pip[0].version == "2.1.0"
    assert sources.from_engine(Engine(), "here", InspectionOptions(quick=True)).image_id == "sha256:1"
    assert sources.from_engine(Engine(), "elsewhere", InspectionOptions()) is None


def test_an_archive_on_disk_is_called_by_its_tag(tmp_path):
    path = tmp_path / "image.tar"
    path.write_bytes(saved([BASE, TOP], CONFIG))
    assert sources.from_archive(str(path), InspectionOptions()).reference == "made:up"
    with pytest.raises(CannotJudge, match="too long"):
        sources.from_archive(str(path), InspectionOptions(budget=Budget(seconds=-1)))
