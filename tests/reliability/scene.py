"""One run of the command line, broken as a row says, and what came of it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from engine import registry_of_trouble
from reliability.machine import GOOD, SHELL, STUBBORN, Machine, processes, until
from reliability.proxy import Proxy
from reliability.row import Row
from tf_docker_check.errors import CheckError
from tf_docker_check.pipeline import results_dir
from tf_docker_check.results import document

MOST = 240.0  # seconds after which a run is given up
COMMAND = "exec {python} -m tf_docker_check {verb} --project {project} --config c.yml --output {out} {more}"
STEPS = {
    "build": (SHELL, "echo waiting; {sleep}"),
    "fill": (SHELL, "head -c 2000000000 /dev/zero > /zeros"),
    "nap": (GOOD, "{nap}"),
    "short": (GOOD, "true {nap}"),
}
"""The base and the RUN of the cells that are built; each run has its own, so that no cache serves it."""
LIMITS = {"parallel": 4, "disk-reserve-gb": 0}


@dataclass
class Scene:
    """A run that is prepared, under way, or over."""

    machine: Machine
    row: Row
    folder: Path
    registry: ThreadingHTTPServer
    environment: dict[str, str] = field(default_factory=dict)
    before: str = ""  # what the shell does first
    redirect: str = ""
    out: Path = Path()
    temporary: Path = Path()
    sleep: str = ""
    nap: str = ""
    proxy: Proxy | None = None
    process: subprocess.Popen[bytes] | None = None
    heal: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.temporary, self.out = self.folder / "tmp", self.folder / "out"
        self.temporary.mkdir()
        number = f"{secrets.randbelow(10**8):08}"
        self.sleep, self.nap = f"sleep 9{number}", f"sleep 6.{number}"
        self.environment = {**os.environ, "TMPDIR": str(self.temporary), "GITHUB_ACTIONS": ""}

    # -- a run

    def start(self) -> None:
        """Begin; stdout and stderr go to files."""
        self._write({name: self._cell(name) for name in self.row.cells})
        self.process = self._launch(self.folder, self.out, f"{self.before}\n", self.redirect)

    def _launch(self, project: Path, out: Path, before: str, redirect: str) -> subprocess.Popen[bytes]:
        command = COMMAND.format(python=sys.executable, verb="run", project=project, out=out, more=redirect)
        with (project / "stdout").open("wb") as told, (project / "stderr").open("wb") as said:
            return subprocess.Popen(
                ["sh", "-c", before + command],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=said,
                env=self.environment,
                cwd=project,
            )

    def _write(self, cells: Mapping[str, Mapping[str, str]]) -> None:
        config = {
            "limits": {**LIMITS, **self.row.limits},
            "checks": {"disable": ["import"]},
            "strategies": cells,
        }
        (self.folder / "c.yml").write_text(json.dumps(config))

    def _cell(self, name: str) -> dict[str, str]:
        """The strategy of that cell; what has no name of its own is a repository of the registry."""
        if name in ("good", "check"):
            return {"from": {"good": GOOD, "check": STUBBORN}[name]}
        if name in STEPS:
            base, step = STEPS[name]
            step = step.format(sleep=self.sleep, nap=self.nap)
            (self.folder / f"Dockerfile.{name}").write_text(f"FROM {base}\nRUN {step}\n")
            return {"dockerfile": f"Dockerfile.{name}"}
        host, port = self.registry.server_address[:2]
        repository = registry_of_trouble.SILENT if name == "pull" else name
        return {"from": f"{host!s}:{port}/{repository}:1"}

    # -- moments

    def wait_for(self, moment: str) -> None:
        """Return when the run is there. Raises TimeoutError where it never is."""
        happens = self._moments()[moment]
        until(lambda: happens() or (self.process and self.process.poll() is not None))

    def _moments(self) -> Mapping[str, Callable[[], Any]]:
        return {
            "started": lambda: "tf_docker_check" in self._proc("cmdline"),
            "importing": lambda: "_ssl" in self._proc("maps"),
            "connecting": self._has_socket,
            "pulling": lambda: registry_of_trouble.SILENT in self.registry.seen,  # type: ignore[attr-defined]
            "building": self.builds,
            "checking": lambda: self.machine.containers("check"),
            "busy": lambda: self.builds() and self.machine.containers("check"),
            "verdict": lambda: "good" in self.kept,
            "verdict and checking": lambda: "good" in self.kept and self.machine.containers("check"),
            "verdict and building": lambda: "good" in self.kept and self.builds(),
            "verdict and pulling": lambda: (
                "good" in self.kept and registry_of_trouble.SILENT in self.registry.seen  # type: ignore[attr-defined]
            ),
            "removing": lambda: self.proxy is not None and self.proxy.seen.is_set(),
        }

    def builds(self) -> bool:
        return any(line.strip() in (self.sleep, self.nap) for line in processes())

    def _proc(self, name: str) -> str:
        assert self.process
        with suppress(OSError):
            return Path(f"/proc/{self.process.pid}/{name}").read_text(errors="replace")
        return ""

    def _has_socket(self) -> bool:
        assert self.process
        with suppress(OSError):
            handles = Path(f"/proc/{self.process.pid}/fd").iterdir()
            return any(str(each.readlink()).startswith("socket:") for each in handles)
        return False

    # -- what came of it

    @property
    def cells(self) -> dict[str, dict[str, Any]]:
        """The cells that `report` reads by strategy; none where there is no document."""
        with suppress(OSError, CheckError):
            results = json.loads(document.dump(results_dir.load(self.out / "results.json")))
            return {cell["cell"]["strategy"]: cell for cell in results["cells"]}
        return {}

    @property
    def kept(self) -> list[str]:
        """The cells that have a verdict."""
        return [name for name, cell in self.cells.items() if cell["status"] in ("passed", "failed")]

    def text(self) -> str:
        """Everything the run has said."""
        said = [(self.folder / name).read_text(errors="replace") for name in ("stdout", "stderr")]
        notes = (
            (self.out / "report.md").read_text(errors="replace") if (self.out / "report.md").exists() else ""
        )
        return "\n".join([*said, notes, *(str(cell["reason"]) for cell in self.cells.values())])

    def next_run(self) -> None:
        """A short one, that has to take away what this one left."""
        project = self.folder / "next"
        project.mkdir()
        config = {"limits": LIMITS, "strategies": {"quick": {"from": SHELL}}}
        (project / "c.yml").write_text(json.dumps(config))
        self.environment |= {"TMPDIR": str(self.temporary), "DOCKER_HOST": "", "LD_PRELOAD": ""}
        self._launch(project, project / "out", "", "").wait(MOST)

    def settled(self) -> tuple[str, ...]:
        """What is left once the engine has had the time to stop what it was told to stop."""
        deadline = time.monotonic() + 20
        while {"process", "step"} & set(left := self.machine.left(self.temporary, self.sleep)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.5)
        return left
