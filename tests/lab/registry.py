"""A registry on loopback that plays Docker Hub, through the product's own `mirrors` setting."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from pathlib import Path

import docker

from lab import cache, fetch
from lab.command import which
from lab.say import say
from lab.seed import MANIFEST, seed
from lab.stand_ins import StandIn
from tf_docker_check.errors import EngineError

PROGRAM = "docker-registry"
ADDRESS = "127.0.0.1:5087"
MIRRORS = {"docker.io": ADDRESS}
START_SECONDS = 20
CONFIG = """\
version: 0.1
log: {{level: warn}}
storage:
  filesystem: {{rootdirectory: {storage}}}
  delete: {{enabled: true}}
http: {{addr: {address}}}
"""

_started: list[subprocess.Popen[bytes]] = []  # they outlive us: nobody waits for them


def ensure() -> str:
    """The address of the lab's registry, started where it does not answer. Raises EngineError."""
    if not answers():
        _launch()
    return ADDRESS


def program() -> str:
    """A registry's program: this machine's own, or one fetched. Raises EngineError."""
    return which(PROGRAM) or str(fetch.program(PROGRAM, package=PROGRAM))


def answers() -> bool:
    """Whether a registry listens at the lab's address."""
    return _get("")


def _get(path: str) -> bool:
    """Whether the registry has it."""
    wanted = urllib.request.Request(f"http://{ADDRESS}/v2/{path}", headers={"Accept": MANIFEST})
    try:
        with urllib.request.urlopen(wanted, timeout=5):
            return True
    except OSError:
        return False


def mirrored(reference: str) -> str:
    """Where the registry has *reference*, an image of Docker Hub."""
    return f"{ADDRESS}/{reference if '/' in reference else f'library/{reference}'}"


def publish(docker_host: str, stand_in: StandIn) -> None:
    """Let the registry answer for what *stand_in* stands in for."""
    target = mirrored(stand_in.reference)
    repository, _, tag = target.removeprefix(f"{ADDRESS}/").rpartition(":")
    client = docker.DockerClient(base_url=docker_host, timeout=600)
    image = client.images.get(stand_in.tag)
    if not (seed(client, image, storage(), repository, tag) and _get(f"{repository}/manifests/{tag}")):
        say(f"pushing the stand-in for {stand_in.reference}")
        image.tag(target)
        told = client.images.push(target)
        if not _get(f"{repository}/manifests/{tag}"):
            raise EngineError(f"the stand-in for {stand_in.reference} cannot be pushed", why=told[-500:])
    client.close()


def storage() -> Path:
    """Where the registry keeps its blobs."""
    return cache.folder("registry")


def pid_file() -> Path:
    """Where the registry's process id is."""
    return cache.folder() / "registry.pid"


def _launch() -> None:
    config = cache.folder() / "registry.yml"
    config.write_text(CONFIG.format(storage=storage(), address=ADDRESS))
    log = cache.folder("log") / "registry.log"
    with log.open("ab") as out:
        server = subprocess.Popen(
            [program(), "serve", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            cwd="/",
        )
    _started.append(server)
    pid_file().write_text(str(server.pid))
    say(f"started a registry on {ADDRESS} that plays Docker Hub (process {server.pid}, log: {log})")
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise EngineError("the lab's registry did not come up", why=log.read_text()[-1000:])
        time.sleep(0.1)
