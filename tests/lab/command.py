"""Running the distribution's programs, with their last words in the error."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from tf_docker_check.errors import EngineError

TAIL = 15
SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
KEPT = ("HOME", "LANG", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def run(command: Sequence[str], *, timeout: float = 900, environment: Mapping[str, str] | None = None) -> str:
    """The standard output of a program that must succeed. Raises EngineError."""
    try:
        done = subprocess.run(
            command,
            check=False,
            env=plain_environment() | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"{command[0]} did not run", why=str(error)) from error
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-TAIL:])
        raise EngineError(f"`{' '.join(command)}` ended with {done.returncode}", why=tail)
    return done.stdout


def which(program: str) -> str | None:
    """Where *program* is, the folders of the system's own programs included."""
    return shutil.which(program) or shutil.which(program, path=SEARCH)


def plain_environment() -> dict[str, str]:
    """An environment in which this machine's pip, Python and locale settings do not leak into images."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "PATH": SEARCH,
        "DEBIAN_FRONTEND": "noninteractive",
    }
