"""Real engines, a tiny image with a shell, and a registry of our own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping

import pytest

from lab import buildx, fetch
from lab import engine as lab_engine
from lab import registry as lab_registry
from tf_docker_check.engine import labels as our_labels
from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import BuildRequest, Engine

DOCKERFILE = 'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n'


@pytest.fixture
def labels() -> Mapping[str, str]:
    """The labels of one test's things."""
    return our_labels.run_labels(f"test-{uuid.uuid4().hex}")


@pytest.fixture(scope="session")
def docker_host() -> str:
    """The address of a real engine, with buildx on PATH."""
    folder = buildx.ensure()
    if folder:
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return lab_engine.ensure()


@pytest.fixture(scope="session")
def shell_image(docker_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """busybox from Debian on scratch: an image with a shell, made in a second."""
    context, run_labels = tmp_path_factory.mktemp("shell"), our_labels.run_labels(f"test-{uuid.uuid4().hex}")
    shutil.copy(fetch.program("busybox", package="busybox-static"), context / "busybox")
    tag = f"tf-docker-check-tests/shell:{uuid.uuid4().hex}"
    engine = connect(docker_host)
    built = engine.build(BuildRequest(DOCKERFILE, str(context), tag=tag, labels=run_labels))
    assert built.image, built.error
    yield tag
    engine.sweep(run_labels)
    engine.close()


@pytest.fixture
def engine(docker_host: str) -> Iterator[Engine]:
    """A connection to the real engine."""
    connected = connect(docker_host)
    yield connected
    connected.close()


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty registry on loopback, which engines take without TLS."""
    folder = tmp_path_factory.mktemp("registry")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "config.yml").write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}}}}}\n"
        f"http: {{addr: '{address}'}}\n"
    )
    server = subprocess.Popen(
        [lab_registry.program(), "serve", str(folder / "config.yml")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(f"http://{address}/v2/")
    yield address
    server.terminate()
    server.wait(10)


def wait_for(url: str) -> None:
    """Return once something answers at *url*."""
    deadline = time.monotonic() + 30
    while not _answers(url):
        assert time.monotonic() < deadline, f"{url} does not answer"
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True
