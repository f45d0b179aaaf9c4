"""What goes wrong. Each is done to a scene, and undone by what it puts on the scene's `heal`."""

from __future__ import annotations

import shlex
import shutil
import signal
import ssl
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine import registry_of_trouble
from lab.command import SEARCH, run
from reliability.machine import DATA_ROOT, FAR, GOOD, SOCKET
from reliability.proxy import Proxy
from reliability.scene import Scene


def nothing(scene: Scene) -> None:
    """The control: nothing goes wrong."""


_WITH_HOOK = """#!{python}
import json, os, pathlib, sys
arguments = sys.argv[1:]
if "--bundle" in arguments:
    file = pathlib.Path(arguments[arguments.index("--bundle") + 1], "config.json")
    config = json.loads(file.read_text())
    config["hooks"] = {{"createRuntime": [{{"path": "/nowhere/hook"}}]}}
    file.write_text(json.dumps(config))
os.execv("{runc}", ["runc", *arguments])
"""
"""runc, which is made to run a hook of the machine before each container."""


# -- while it runs


def send(scene: Scene, number: int) -> None:
    assert scene.process
    scene.process.send_signal(number)


def send_twice(scene: Scene, number: int) -> None:
    """SIGTERM, and the other while it cleans up."""
    send(scene, signal.SIGTERM)
    time.sleep(0.1)
    send(scene, number)


def kill_engine(scene: Scene, program: str) -> None:
    scene.machine.kill(program)


def restart_engine(scene: Scene) -> None:
    """As systemd does: killed, and back at once."""
    scene.machine.kill("dockerd")
    scene.machine.heal()


def stop_engine(scene: Scene, program: str, seconds: float) -> None:
    scene.machine.kill(program, signal.SIGSTOP)
    on = threading.Timer(seconds, scene.machine.kill, (program, signal.SIGCONT))
    on.start()
    scene.heal.callback(on.cancel)


def lose_socket(scene: Scene) -> None:
    SOCKET.unlink()


def fill_data_root(scene: Scene) -> None:
    """Nothing more fits on the engine's disk."""
    _fill(DATA_ROOT)


def fill(scene: Scene, place: str) -> None:
    """Nothing more fits into *place* of the scene."""
    _fill(scene.folder / place)


def _fill(folder: Path) -> None:
    with (folder / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(1 << 16))


def container(scene: Scene, verb: str) -> None:
    """Somebody does that to the container of the check."""
    run(["docker", *verb.split(), *scene.machine.containers("check")])


def remove_image(scene: Scene) -> None:
    run(["docker", "rmi", "-f", GOOD])
    scene.heal.callback(_load, scene)


def _load(scene: Scene) -> None:
    run(["docker", "load", "--input", scene.machine.parts.python])


def remove_bridge(scene: Scene) -> None:
    run(["ip", "link", "delete", "docker0"])
    scene.heal.callback(scene.machine.kill, "dockerd")


def break_runtime(scene: Scene) -> None:
    """runc cannot start a container: a hook of the machine is not there."""
    runc = shutil.which("runc", path=SEARCH)
    assert runc
    copy, wrapper = scene.folder / "runc", scene.folder / "wrapper"
    shutil.copy(runc, copy)
    wrapper.write_text(_WITH_HOOK.format(python=sys.executable, runc=str(copy)))
    wrapper.chmod(0o755)
    run(["mount", "--bind", str(wrapper), runc])
    scene.heal.callback(run, ["umount", "--lazy", runc])


def jump(scene: Scene, offset: str) -> None:
    """The clock of the run is set to another time while it lasts."""
    clock = scene.folder / "clock"
    clock.with_suffix(".new").write_text(f"{offset}\n")
    clock.with_suffix(".new").rename(clock)


def lose_temporary(scene: Scene) -> None:
    shutil.rmtree(scene.temporary)
    scene.heal.callback(scene.temporary.mkdir)


# -- before it starts


def clock(scene: Scene) -> None:
    """The run's clock is read from a file, so that `jump` can set it."""
    jump(scene, "+0")
    scene.environment |= {
        "LD_PRELOAD": scene.machine.parts.faketime,
        "FAKETIME_TIMESTAMP_FILE": str(scene.folder / "clock"),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def stopped_engine(scene: Scene) -> None:
    """It takes connections and never answers, so the run waits for it."""
    scene.machine.kill("dockerd", signal.SIGSTOP)


def late(scene: Scene, pattern: str, delay: float) -> None:
    """Requests that *pattern* is found in are passed on late."""
    _through(scene, pattern, status=0, delay=delay)


def answer(scene: Scene, pattern: str, status: int = 500, times: int = 10**9) -> None:
    """Requests that *pattern* is found in are answered with an error."""
    _through(scene, pattern, status=status, times=times)


def _through(scene: Scene, pattern: str, **how: Any) -> None:
    scene.proxy = Proxy(scene.folder / "engine.sock", str(SOCKET), pattern, **how)
    scene.environment["DOCKER_HOST"] = f"unix://{scene.proxy.path}"
    scene.heal.callback(scene.proxy.close)


def limit(scene: Scene, options: str) -> None:
    scene.before = f"ulimit {options}"


def redirect(scene: Scene, to: str) -> None:
    scene.redirect = to


def environment(scene: Scene, name: str, value: str | None = None) -> None:
    """A variable has that value, in which ``{}`` is the scene's folder, or is not set."""
    if value is None:
        scene.environment.pop(name, None)
    else:
        scene.environment[name] = value.replace("{}", str(scene.folder))


def small_disk(scene: Scene, place: str, size: str = "", options: str = "") -> None:
    """*place* of the scene is a disk of its own."""
    path = scene.folder / place
    path.mkdir(exist_ok=True)
    wishes = ",".join(filter(None, (f"size={size}" if size else "", options)))
    run(["mount", "-t", "tmpfs", *(["-o", wishes] if wishes else []), "tmpfs", str(path)])
    scene.heal.callback(run, ["umount", "--lazy", str(path)])


def registry(scene: Scene, tls: bool = False) -> None:
    """The registry is at an address that is not loopback's, so that the engine wants TLS."""
    context = _certificate(scene.folder) if tls else None
    scene.registry = scene.heal.enter_context(registry_of_trouble.server(FAR, context))


def _certificate(folder: Path) -> ssl.SSLContext:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={FAR} -keyout {key} -out {certificate}"
    run(["openssl", *shlex.split(words)])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


BEFORE: Mapping[str, Callable[..., None]] = {
    function.__name__: function
    for function in (clock, stopped_engine, late, answer, limit, redirect, environment, small_disk, registry)
}
DURING: Mapping[str, Callable[..., None]] = {
    function.__name__: function
    for function in (
        nothing,
        send,
        send_twice,
        kill_engine,
        restart_engine,
        stop_engine,
        lose_socket,
        fill,
        fill_data_root,
        container,
        remove_image,
        remove_bridge,
        break_runtime,
        jump,
        lose_temporary,
    )
}
