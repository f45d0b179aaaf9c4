"""Base images that no build cache has seen, so that cold means cold without emptying anybody's cache."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import docker
from docker.errors import ImageNotFound
from lab.base import Ground

from lab import demo, registry
from lab.seed import seed
from lab.stand_ins import BY_REFERENCE


@contextmanager
def hub(ground: Ground) -> Iterator[str]:
    """A registry prefix that has the demo's images, one layer larger; they are removed afterwards."""
    client = docker.DockerClient(base_url=ground.docker_host, timeout=600)
    name = f"bench-{secrets.token_hex(4)}"
    tags: list[str] = []
    try:
        tags += [_renew(client, ground, reference, name) for reference in demo.IMAGES]
        yield f"{registry.ensure()}/{name}"
    finally:
        for tag in tags:
            _remove(client, tag)
        client.close()


def _renew(client: docker.DockerClient, ground: Ground, reference: str, name: str) -> str:
    """The image *reference* with one layer more; the name that it has in the registry."""
    if not ground.mirrors:
        client.images.pull(reference)
    base = BY_REFERENCE[reference].tag if ground.mirrors else reference
    target = registry.mirrored(reference).replace("/", f"/{name}/", 1)
    text = f"FROM {base}\nRUN echo {name} > /etc/tf-docker-check-bench\n"  # caches go by layers
    image, _ = client.images.build(fileobj=io.BytesIO(text.encode()), tag=target, rm=True, forcerm=True)
    repository, _, tag = target.partition("/")[2].rpartition(":")
    registry.ensure()
    if not seed(client, image, registry.storage(), repository, tag):
        client.images.push(target)
    return target


def _remove(client: docker.DockerClient, tag: str) -> None:
    try:
        client.images.remove(tag, force=True)
    except ImageNotFound:
        return


def remove_by_hand(docker_host: str) -> None:
    """Remove what by_hand.sh built."""
    client = docker.DockerClient(base_url=docker_host, timeout=600)
    for image in client.api.images("by-hand/*"):
        for tag in image["RepoTags"] or ():
            _remove(client, tag)
    client.close()
