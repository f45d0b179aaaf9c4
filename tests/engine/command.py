"""The command line as a user has it: a process, what it says, what it writes, what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import docker
from lxml import etree

from tf_docker_check.engine import labels
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.results import document

BUILDX = "docker-buildx"


@dataclass(frozen=True)
class Ended:
    """A run that is over."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def results(self) -> Results:
        return document.load((self.folder / "results.json").read_bytes())

    @property
    def cells(self) -> dict[str, CellResult]:
        """The cells by strategy."""
        return {cell.cell.strategy: cell for cell in self.results.cells}

    @property
    def written(self) -> str:
        """Everything that anybody may read."""
        return "".join([self.out, self.err, *(path.read_text() for path in self.folder.iterdir())])


@dataclass(frozen=True)
class Running:
    """A run under way, whose results go to `folder`."""

    process: subprocess.Popen[str]
    folder: Path

    def end(self, seconds: float = 90.0) -> Ended:
        """Wait for it; no traceback, and documents that hold up, whatever it came to."""
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        assert "Traceback" not in out + err
        ended = Ended(self.process.returncode, out, err, self.folder)
        if self.folder.exists():
            assert ended.results.cells
            etree.parse(self.folder / "junit.xml")
            assert (self.folder / "report.md").read_text()
        return ended


def start(project: Path, *arguments: str, **environment: str) -> Running:
    """Start `run` on *project*, with the configuration ``c.yml`` there."""
    folder = project / "out"
    command = [sys.executable, "-m", "pinned", "run", "--project", str(project)]
    process = subprocess.Popen(
        [*command, "--config", "c.yml", "--output", str(folder), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, "GITHUB_ACTIONS": "", **environment},
    )
    return Running(process, folder)


def without_buildx() -> str:
    """A PATH on which buildx is not found."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not Path(folder, BUILDX).exists())


def left_behind(docker_host: str, ended: Ended) -> list[str]:
    """Containers and images that carry the run's label, processes and folders of its builds."""
    api = docker.APIClient(docker_host)
    ours = {"label": f"{labels.RUN}={ended.results.run.run_id}"}
    found = [*api.containers(all=True, filters=ours), *api.images(filters=ours)]
    api.close()
    processes = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return [each["Id"] for each in found] + [
        line for line in processes.splitlines() if ended.results.run.run_id in line
    ]
