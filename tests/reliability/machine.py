"""The engine that is broken: its own data root, socket, network and processes, on a small disk."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import docker

from lab import buildx, engine, fetch, ground
from lab.command import run
from lab.registry import ADDRESS
from tf_docker_check.engine import discover, labels

DATA_ROOT, DISK = engine.DATA_ROOT, "700m"
SOCKET = Path("/var/run/docker.sock")
FAR = "10.99.0.1"
"""An address that is this machine's and that the engine takes for a registry elsewhere."""
NAME = "127.0.0.1:1/tests"  # where no registry answers, so that only the engine's own copy serves
GOOD, SHELL, STUBBORN = (f"{NAME}/{name}:1" for name in ("good", "shell", "stubborn"))
PYTHON = "python:3.11-slim"
SHELL_FILE = 'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n'
STUBBORN_FILE = f"FROM {SHELL}\nCOPY python3 /bin/\n"
STUBBORN_PYTHON = "#!/bin/sh\ntrap '' TERM INT\necho still here\nwhile :; do sleep 1000; done\n"


@dataclass(frozen=True)
class Parts:
    """Files that the engine's images and the faults are made of."""

    python: str  # an archive with the image GOOD
    busybox: str
    faketime: str

    @classmethod
    def gather(cls, folder: Path) -> Parts:
        """Made or fetched where there is a network and the lab's engine. Raises EngineError."""
        found = ground.up([PYTHON])
        os.environ["PATH"] = (
            f"{found.path}{os.pathsep}{os.environ['PATH']}" if found.path else os.environ["PATH"]
        )
        buildx.ensure()
        reference = f"{ADDRESS}/library/{PYTHON}" if found.mirrors else PYTHON
        archive = folder / "python.tar"
        api = docker.APIClient(found.docker_host, timeout=300)
        api.pull(reference)
        repository, tag = GOOD.rsplit(":", 1)
        api.tag(reference, repository, tag)
        with archive.open("wb") as file:
            file.writelines(api.get_image(GOOD))
        api.remove_image(GOOD)
        api.close()
        busybox = fetch.program("busybox", "busybox-static")
        return cls(str(archive), str(busybox), str(fetch.program("libfaketimeMT.so.1", "libfaketime")))

    def dump(self) -> str:
        return json.dumps(vars(self))

    @classmethod
    def load(cls, text: str) -> Parts:
        return cls(**json.loads(text))


class Machine:
    """Inside `isolated.sh`: the engine, its processes, and what is ours on it."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self.parts, self.folder = parts, folder

    def start(self) -> None:
        """A small disk, an engine, three images, and an address beside loopback's own."""
        run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(DATA_ROOT)])
        run(["ip", "address", "add", f"{FAR}/32", "dev", "lo"])
        engine.ensure()
        api = self.api()
        with Path(self.parts.python).open("rb") as archive:
            api.load_image(archive)
        api.close()
        context = self.folder / "images"
        context.mkdir()
        shutil.copy(self.parts.busybox, context / "busybox")
        (context / "python3").write_text(STUBBORN_PYTHON)
        (context / "python3").chmod(0o755)
        for tag, text in ((SHELL, SHELL_FILE), (STUBBORN, STUBBORN_FILE)):
            (context / "Dockerfile").write_text(text)
            run(["docker", "build", "--quiet", "--tag", tag, str(context)])

    def heal(self) -> None:
        """The engine answers again, whatever was done to it."""
        for name in ("dockerd", "containerd"):
            for pid in pids(name):
                os.kill(pid, signal.SIGCONT)
        (DATA_ROOT / "filler").unlink(missing_ok=True)
        if not SOCKET.exists():  # whoever has lost its socket never listens again
            self.kill("dockerd")
        if discover.connection_problem(engine.OURS):
            self.kill("dockerd")
            self.kill("containerd")
        engine.ensure()

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to the engine's processes of that name; one that kills is waited for."""
        for pid in pids(name):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if number == signal.SIGKILL:
            until(lambda: not pids(name))

    def api(self) -> docker.APIClient:
        return docker.APIClient(f"unix://{SOCKET}", timeout=120)

    def containers(self, cell: str) -> list[str]:
        """The running containers of that cell."""
        api = self.api()
        found = api.containers(filters={"label": [labels.RUN, f"{labels.CELL}={cell}@cpu"]})
        api.close()
        return [each["Id"] for each in found]

    def left(self, temporary: Path, words: str) -> tuple[str, ...]:
        """What of ours is there: containers, networks, images, folders, processes of ours.

        A step is a process of the engine, with *words*, for a build that nobody waits for.
        """
        api = self.api()
        ours = {"label": labels.RUN}
        found = {
            "container": api.containers(all=True, filters=ours),
            "network": api.networks(filters=ours),
            "image": api.images(filters=ours),
            "folder": list(temporary.glob("tf-docker-check-*")) if temporary.is_dir() else [],
            "process": [line for line in processes() if "docker-buildx" in line],
            "step": [line for line in processes() if words in line],
        }
        api.close()
        return tuple(kind for kind, each in found.items() if each) or ("none",)

    def clear(self, temporary: Path, words: str) -> None:
        """Remove it, so that one row does not meet another's."""
        for line in processes(with_pid=True):
            if words in line:
                with suppress(ProcessLookupError):
                    os.kill(int(line.split()[0]), signal.SIGKILL)
        api = self.api()
        for container in api.containers(all=True):
            api.remove_container(container["Id"], force=True)
        for image in api.images(filters={"label": labels.RUN}):
            with suppress(docker.errors.APIError):
                api.remove_image(image["Id"], force=True)
        api.close()
        for folder in temporary.glob("tf-docker-check-*"):
            shutil.rmtree(folder, ignore_errors=True)


def pids(name: str) -> list[int]:
    """Processes of that program that run; our pid namespace has no others than ours."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            program, _, rest = path.read_text().partition("(")[2].rpartition(")")
            if program == name and rest.split()[0] != "Z":
                found.append(int(path.parent.name))
    return found


def processes(*, with_pid: bool = False) -> list[str]:
    """The command lines of all processes."""
    shown = ["ps", "-eo", "pid=,args=" if with_pid else "args="]
    return subprocess.run(shown, capture_output=True, text=True, check=True).stdout.splitlines()


def until(happens: Callable[[], object], seconds: float = 120.0) -> None:
    """Return once it does. Raises TimeoutError: the row says so, and the others go on."""
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            raise TimeoutError("the moment for the fault did not come")
        time.sleep(0.02)
