"""The distribution's packages."""

from __future__ import annotations

import os
import shutil
import threading
from functools import cache
from pathlib import Path

from lab.command import run
from lab.say import timed

_ONE = threading.Lock()  # apt waits for dpkg's lock, but not for that of its lists
PATIENT = ("-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3")


def usable() -> bool:
    """Whether packages can be installed: root on Debian, Ubuntu or their kin."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install what is missing of *packages*, without recommendations. Raises EngineError."""
    with _ONE:
        missing = [package for package in packages if not installed(package)]
        if missing:
            update()
            with timed(f"installing {' '.join(missing)}"):
                run(["apt-get", *PATIENT, "install", "-y", "--no-install-recommends", *missing])


def installed(package: str) -> bool:
    """Whether dpkg has it unpacked and configured."""
    return Path("/var/lib/dpkg/info", f"{package}.list").exists() and "install ok installed" in run(
        ["dpkg-query", "--show", "--showformat", "${Status}", package]
    )


def offered(package: str) -> bool:
    """Whether this release has *package* at all."""
    update()
    return "Candidate: (none)" not in (told := run(["apt-cache", "policy", package])) and bool(told)


@cache
def update() -> None:
    """Fetch the package lists, once per process."""
    run(["apt-get", *PATIENT, "update", "-q"])


def debian_mirror() -> str:
    """Where this machine gets Debian from; empty where it is not a Debian."""
    lines = run(["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Identifier: Packages"])
    return next((line.split()[1] for line in lines.splitlines() if line.startswith("Debian ")), "")
