"""`inspect` against what containers of the same image show."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from lab.stand_ins import BY_REFERENCE
from tf_docker_check.inspection import sources
from tf_docker_check.inspection.sources import InspectionOptions
from tf_docker_check.model.inspection import Inspection
from tf_docker_check.registry.client import Registry

pytestmark = [pytest.mark.engine, pytest.mark.slow]
BASE = BY_REFERENCE["python:3.13-slim"].tag
SAME = ("os", "libc", "pythons", "pip", "system", "missing_libraries", "symbols", "sizes", "environment")
LABEL = f"tf-docker-check.test={uuid.uuid4().hex}"
ASK = r"""
import glob, importlib.metadata as m, json, os, platform, subprocess, sys
query = ["dpkg-query", "-W", "-f", "${Package} ${Version} ${db:Status-Status}\n"]
dpkg = subprocess.run(query, capture_output=True, text=True)
print(json.dumps({
    "python": platform.python_version(), "libc": platform.libc_ver()[1],
    "pip": sorted([d.metadata["Name"], d.version] for d in m.distributions()),
    "dpkg": sorted(l.split()[:2] for l in dpkg.stdout.splitlines() if l.endswith(" installed")),
    "release": platform.freedesktop_os_release()["VERSION_ID"],
}))
"""


@pytest.fixture(scope="module")
def client(docker_host: str) -> Iterator[docker.DockerClient]:
    made = docker.DockerClient(base_url=docker_host, timeout=300)
    yield made
    made.close()


@pytest.fixture(scope="module")
def image(
    client: docker.DockerClient, registry: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Debian with a few wheels, one of which lost a file, pushed to the registry."""
    wheels = tmp_path_factory.mktemp("wheels")
    names = ["six==1.17.0", "markdown-it-py", "mdurl", "numpy"]
    fetch = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(wheels)]
    subprocess.run([*fetch, "--python-version", "3.13", "--only-binary=:all:", *names], check=True)
    (wheels / "Dockerfile").write_text(
        f"FROM {BASE}\nCOPY *.whl /w/\n"
        "RUN python3 -m pip install --no-index --no-deps --break-system-packages /w/*.whl\n"
        "RUN rm /usr/local/lib/python3.13/dist-packages/six.py\n"
        "ENV LD_LIBRARY_PATH=/opt/x PIP_TOKEN=hush\nUSER 1000\n"
    )
    tag = f"{registry}/tfdc/inspected:1"
    key, _, value = LABEL.partition("=")
    client.images.build(path=str(wheels), tag=tag, labels={key: value}, rm=True, forcerm=True)
    try:
        client.images.push(tag)
        yield tag
    finally:
        client.images.remove(tag, force=True)


@pytest.fixture(scope="module")
def shown(client: docker.DockerClient, image: str) -> dict[str, object]:
    key, _, value = LABEL.partition("=")
    out = client.containers.run(
        image, ["python3", "-c", ASK], remove=True, network_mode="none", labels={key: value}
    )
    told: dict[str, object] = json.loads(out)
    return told


@pytest.fixture(scope="module")
def inspected(image: str) -> Inspection:
    registry = Registry()
    try:
        return sources.from_registry(registry, image, InspectionOptions())
    finally:
        registry.close()


def test_it_tells_what_a_container_shows(inspected, shown):
    assert inspected.pythons[0].version == shown["python"]
    assert inspected.libc
    assert inspected.libc.version == shown["libc"]
    assert inspected.os
    assert inspected.os.version == shown["release"]
    assert sorted([one.name, one.version] for one in inspected.pip) == shown["pip"]
    assert sorted([one.name, one.version] for one in inspected.system) == shown["dpkg"]


def test_it_tells_what_a_container_would_only_show_by_failing(inspected):
    assert [one.name for one in inspected.pip if one.missing] == ["six"]
    assert inspected.user == "1000"
    assert dict(inspected.environment)["LD_LIBRARY_PATH"] == "/opt/x"
    assert "hush" not in repr(inspected)


def test_every_source_tells_the_same(image, inspected, client, tmp_path):
    from tf_docker_check.engine.client import client as api
    from tf_docker_check.engine.discover import find_endpoint
    from tf_docker_check.engine.export import Exporter

    connection = api(find_endpoint(client.api.base_url.replace("http+docker://localhost", "")))
    try:
        local = sources.from_engine(Exporter(connection), image, InspectionOptions())
    finally:
        connection.close()
    path = tmp_path / "image.tar"
    with path.open("wb") as file:
        file.writelines(client.images.get(image).save(named=True))
    archived = sources.from_archive(str(path), InspectionOptions())
    for other in (local, archived):
        assert other
        assert other.image_id == inspected.image_id
        for facts in SAME:
            assert getattr(other, facts) == getattr(inspected, facts)


def test_the_verb_tells_a_difference_on_the_command_line(image, registry, tmp_path):
    command = [sys.executable, "-m", "pinned", "inspect", f"registry://{image}", "--json"]
    saved = subprocess.run(command, capture_output=True, check=True).stdout
    earlier = Path(tmp_path / "earlier.json")
    earlier.write_bytes(saved.replace(b'"version": "1.17.0"', b'"version": "1.16.0"'))
    told = subprocess.run(
        [sys.executable, "-m", "pinned", "inspect", str(earlier), f"registry://{image}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "six: 1.16.0 (1 files missing) → 1.17.0 (1 files missing)" in told.stdout
    missing = [
        sys.executable,
        "-m",
        "pinned",
        "inspect",
        f"registry://{registry}/tfdc/none:1",
    ]
    failed = subprocess.run(missing, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "does not exist" in failed.stderr
    assert "Traceback" not in failed.stderr
