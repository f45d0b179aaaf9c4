"""An engine that starts containers which ask for a GPU, on a machine that has none.

Podman does so by itself. What the containers find is then what their image has: a stand-in for a driver.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.proxy import Proxy

_ASKED = re.compile(
    rb'(?<="DeviceRequests":) ?\[\{.*?"Options": ?\{[^}]*\}\}\]'
)  # docker's client has no blanks


@contextmanager
def serving(docker_host: str) -> Iterator[str]:
    """Its address, as long as the context lasts; it is the engine at *docker_host* otherwise."""
    with TemporaryDirectory() as folder:
        proxy = Proxy(Path(folder) / "engine.sock", docker_host.removeprefix("unix://"), without_gpu)
        yield f"unix://{proxy.path}"
        proxy.cut()


def without_gpu(request: bytes) -> bytes:
    """*request* without what it asks of GPUs, and as long as it was."""
    return _ASKED.sub(lambda asked: b"null".ljust(len(asked[0])), request)
