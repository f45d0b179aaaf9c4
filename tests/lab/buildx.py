"""The buildx CLI plugin, where the distribution has it only in a later release."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from lab import apt, cache
from lab.command import run
from lab.say import say, timed
from tf_docker_check.engine.buildx import find_buildx
from tf_docker_check.errors import EngineError

PACKAGE = "docker-buildx"  # and the program in it
LATER_DEBIAN = "trixie"  # the first Debian release that has the package


def ensure() -> Path | None:
    """The folder to put in front of PATH so that `docker-buildx` is found; None: nothing to add."""
    if find_buildx(os.environ):
        return None
    kept = cache.folder("buildx")
    if not (kept / PACKAGE).exists():
        try:
            return _get(kept)
        except EngineError as error:
            say(f"no buildx to be had, builds will use the classic builder\n{error}")
            return None
    return kept


def _get(kept: Path) -> Path | None:
    if not apt.usable():
        raise EngineError("buildx is missing", remedy=f"install the package {PACKAGE}")
    if apt.offered(PACKAGE):
        apt.install(PACKAGE)
        return None
    mirror = apt.debian_mirror()
    if not mirror:
        raise EngineError(f"this release has no package {PACKAGE}")
    with timed(f"fetching {PACKAGE} of Debian {LATER_DEBIAN}"):
        _unpack(_download(mirror), kept)
    return kept


def _download(mirror: str) -> Path:
    """The package of a later release, without touching this machine's own package lists."""
    lists = cache.folder("apt")
    (lists / "lists/partial").mkdir(parents=True, exist_ok=True)
    source = lists / "sources.list"
    source.write_text(f"deb {mirror} {LATER_DEBIAN} main\n")
    private = [
        "-o", f"Dir::Etc::sourcelist={source}",
        "-o", "Dir::Etc::sourceparts=-",
        "-o", f"Dir::State::lists={lists / 'lists'}",
        "-o", f"Dir::Cache={lists / 'cache'}",
        "-o", "APT::Sandbox::User=root",
    ]  # fmt: skip
    run(["apt-get", *private, "update", "-q"])
    run(["sh", "-c", 'cd "$0" && exec apt-get "$@"', str(lists), *private, "download", "-q", PACKAGE])
    return max(lists.glob(f"{PACKAGE}_*.deb"), key=lambda path: path.stat().st_mtime)


def _unpack(package: Path, into: Path) -> None:
    root = package.parent / "root"
    run(["dpkg-deb", "-x", str(package), str(root)])
    binary = next(root.glob(f"usr/lib*/docker/cli-plugins/{PACKAGE}"))
    binary.rename(into / PACKAGE)
    shutil.rmtree(package.parent)
