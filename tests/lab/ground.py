"""Everything a run needs, found or made: engine, builder, base images, registry."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lab import buildx, cache, certificates, engine, hub, images, registry
from lab.say import say


@dataclass(frozen=True)
class Ground:
    """Where to find what was set up. `mirrors` is empty where Docker Hub itself answers."""

    docker_host: str
    path: str  # a folder to put in front of PATH, or empty
    ca_bundle: str
    mirrors: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment, with engine and builder where programs look for them."""
        path = os.pathsep.join(filter(None, (self.path, os.environ.get("PATH", ""))))
        return dict(os.environ) | {"DOCKER_HOST": self.docker_host, "PATH": path}


def up(references: Iterable[str]) -> Ground:
    """Find or make an engine, a builder and the images *references*. Quick when all is there.

    Raises EngineError, which says what to install where nothing may be installed here.
    """
    with _alone():
        docker_host = engine.ensure()
        plugins = buildx.ensure()
        mirrors = {} if hub.reachable(docker_host) else _stand_ins(docker_host, references)
    return Ground(docker_host, str(plugins or ""), str(certificates.bundle() or ""), mirrors)


def _stand_ins(docker_host: str, references: Iterable[str]) -> dict[str, str]:
    say("Docker Hub is out of reach: stand-ins made from Debian and PyPI take the place of its images")
    registry.ensure()
    images.ensure(docker_host, references, lambda made: registry.publish(docker_host, made))
    return registry.MIRRORS


@contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time on this machine."""
    with (cache.folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
