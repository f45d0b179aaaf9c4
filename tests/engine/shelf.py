"""A real registry of a test's own, whose tags it moves and deletes."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.conftest import wait_for
from lab import registry

REPOSITORY = "nightly/tf"
CONFIG = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: '{address}'}}
"""


@dataclass
class Shelf:
    """A registry of our own, and images on it."""

    address: str
    folder: Path
    docker: Mapping[str, str]
    made: list[str] = field(default_factory=list)

    def reference(self, tag: str) -> str:
        return f"{self.address}/{REPOSITORY}:{tag}"

    def push(self, tag: str, dockerfile: str, context: Path | None = None) -> str:
        """Let *tag* answer what *dockerfile* builds; its digest."""
        name = self.reference(tag)
        source = ["--file", "-", str(context)] if context else ["-"]
        self._docker("build", "--quiet", "--tag", name, *source, text=dockerfile)
        self.made.append(name)
        self._docker("push", "--quiet", name)
        shown = self._docker("inspect", "--format", "{{json .RepoDigests}}", name)
        return next(
            str(each).partition("@")[2] for each in json.loads(shown) if each.startswith(self.address)
        )

    def delete(self, tag: str) -> None:
        """The tag goes; the image stays, for who knows its digest."""
        shutil.rmtree(self.folder / "docker/registry/v2/repositories" / REPOSITORY / "_manifests/tags" / tag)

    def _docker(self, *arguments: str, text: str = "") -> str:
        done = subprocess.run(
            ["docker", *arguments],
            env=dict(self.docker),
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sweep(self) -> None:
        """Take from the engine the names of what was pushed and pulled; what has other names stays."""
        shown = (
            "images",
            "--digests",
            "--format",
            "{{.Repository}}@{{.Digest}}",
            f"{self.address}/{REPOSITORY}",
        )
        pulled = [each for each in self._docker(*shown).split() if "@sha256:" in each]
        for name in dict.fromkeys([*self.made, *pulled]):
            subprocess.run(["docker", "rmi", name], env=dict(self.docker), capture_output=True, check=False)


@contextmanager
def shelf(folder: Path, docker: Mapping[str, str]) -> Iterator[Shelf]:
    """A registry on loopback that ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "config.yml").write_text(CONFIG.format(folder=folder, address=address))
    server = subprocess.Popen(
        [registry.program(), "serve", str(folder / "config.yml")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(f"http://{address}/v2/")
    made = Shelf(address, folder, docker)
    try:
        yield made
    finally:
        made.sweep()
        server.terminate()
        server.wait(10)
