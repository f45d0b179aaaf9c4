"""A night in which nothing moved: requests, bytes and seconds with many watched tags.

Usage: python -m bench.night

On a real registry on loopback, behind a relay that counts. What pip asks of the package index is
in the seconds, and not among the requests.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import requests

from bench.clock import program, seconds
from engine.shelf import shelf
from tf_docker_check.nightly import history
from tf_docker_check.nightly.history import History
from tf_docker_check.nightly.night import Record
from tf_docker_check.nightly.watch_state import WatchState
from tf_docker_check.registry.client import Registry
from tf_docker_check.upstream import document, watch

TAGS, REPOSITORIES, ROUNDS = 50, 10, 3
AIM_REQUESTS, AIM_SECONDS = 50, 10
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
PLATFORM = "linux/amd64"
_REQUEST = re.compile(rb"^([A-Z]+) \S+ HTTP/1\.1\r$", re.MULTILINE)


@dataclass
class Relay:
    """Passes on what clients and a server say to each other, and counts it."""

    address: str
    methods: Counter[str] = field(default_factory=Counter)
    bytes: int = 0


def main() -> int:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with shelf(folder, os.environ) as registry, counting(registry.address) as relay:
            references = published(registry.address, relay.address)
            project = remembered(folder, references)
            taken = []
            for _ in range(ROUNDS):
                relay.methods.clear()
                relay.bytes = 0
                command = (program("tf-docker-check"), "nightly", "--project", project, "--quiet")
                taken.append(seconds([*command, "--output", project / "nights"], os.environ))
    print(f"{TAGS} tags in {REPOSITORIES} repositories, nothing moved")
    print(f"{sum(relay.methods.values()):8}    requests (aim: {AIM_REQUESTS}): {dict(relay.methods)}")
    print(f"{relay.bytes:8}    bytes, both ways")
    print(f"{median(taken):8.1f} s  the whole command (aim: {AIM_SECONDS})")
    print(f"on {os.cpu_count()} CPUs")
    return 0 if sum(relay.methods.values()) <= AIM_REQUESTS and median(taken) < AIM_SECONDS else 1


def published(registry: str, seen_at: str) -> list[str]:
    """The references, by way of *seen_at*, of images that are now in *registry*."""
    return [
        f"{seen_at}/{put(registry, f'bench/{number % REPOSITORIES}', str(number))}" for number in range(TAGS)
    ]


def put(registry: str, repository: str, tag: str) -> str:
    """An image of no layer, told from others by its configuration."""
    system, machine = PLATFORM.split("/")
    config = json.dumps({"os": system, "architecture": machine, "config": {"Labels": {"tag": tag}}}).encode()
    at, digest = f"http://{registry}/v2/{repository}", f"sha256:{hashlib.sha256(config).hexdigest()}"
    upload = requests.post(f"{at}/blobs/uploads/", timeout=10).headers["Location"]
    requests.put(f"{upload}&digest={digest}", data=config, timeout=10).raise_for_status()
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": digest},
        "layers": [],
    }
    requests.put(
        f"{at}/manifests/{tag}", json.dumps(manifest), headers={"Content-Type": MANIFEST}, timeout=10
    ).raise_for_status()
    return f"{repository}:{tag}"


def remembered(folder: Path, references: Sequence[str]) -> Path:
    """A project that watches *references*, and whose last night saw all of them and found its cell well."""
    project, nights = folder / "project", folder / "project/nights"
    nights.mkdir(parents=True)
    (project / ".github").mkdir()
    config = {"strategies": {"ours": {"from": references[0]}}, "nightly": {"tags": list(references)}}
    (project / ".github/tf-docker-check.yml").write_text(json.dumps(config))
    registry = Registry()
    seen = watch.query_tags(registry, references, {}, PLATFORM)
    registry.close()
    watched = WatchState(run=1, tags=watch.remember_tags({}, seen))
    record = Record(1, 1, "2026-01-01T00:00:00+00:00", "ours@cpu", "passed", references[0])
    (nights / "watch.json").write_bytes(document.dump(watched))
    (nights / "history.jsonl").write_bytes(history.dump(History((record,))))
    return project


@contextmanager
def counting(target: str) -> Iterator[Relay]:
    """A relay to *target* that ends with the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    relay = Relay(f"127.0.0.1:{listener.getsockname()[1]}")
    threading.Thread(target=_accept, args=(listener, target, relay), daemon=True).start()
    try:
        yield relay
    finally:
        listener.close()


def _accept(listener: socket.socket, target: str, relay: Relay) -> None:
    host, _, port = target.rpartition(":")
    with suppress(OSError):
        while True:
            near, _ = listener.accept()
            far = socket.create_connection((host, int(port)))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(source, sink, relay), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket, relay: Relay) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            relay.methods.update(method.decode() for method in _REQUEST.findall(data))
            relay.bytes += len(data)
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    sys.exit(main())
