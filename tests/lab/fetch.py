"""Single programs out of the distribution's packages, with nothing installed and no service started."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from lab import apt, cache
from lab.command import run
from lab.say import timed
from tf_docker_check.errors import EngineError

PROGRAM_FOLDERS = {"bin", "sbin", "cli-plugins", "faketime"}


def program(name: str, package: str, release: str = "") -> Path:
    """The program *name* of *package*, kept in the lab's cache.

    *release* is the Debian release to take it from where this machine's own has no such package.
    Raises EngineError where there is none to be had.
    """
    kept = cache.folder("programs") / name
    if kept.exists():
        return kept
    if not apt.usable():
        raise EngineError(f"{name} is missing", remedy=f"install the package {package}")
    with timed(f"fetching {name}"), TemporaryDirectory(dir=cache.folder()) as scratch:
        _unpack(_download(package, release, Path(scratch)), name, kept)
    return kept


def _download(package: str, release: str, scratch: Path) -> Path:
    options = ["-o", "APT::Sandbox::User=root"]
    if not apt.offered(package):
        options += _lists_of(package, release, scratch)
        run(["apt-get", *options, "update", "-q"])
    run(["sh", "-c", 'cd "$0" && exec apt-get "$@"', str(scratch), *options, "download", "-q", package])
    return next(scratch.glob(f"{package}_*.deb"))


def _lists_of(package: str, release: str, scratch: Path) -> list[str]:
    """Options for package lists of another release, apart from this machine's own."""
    mirror = apt.debian_mirror()
    if not (mirror and release):
        raise EngineError(f"this distribution has no package {package}")
    (scratch / "lists/partial").mkdir(parents=True)
    source = scratch / "sources.list"
    source.write_text(f"deb {mirror} {release} main\n")
    places = {
        "Dir::Etc::sourcelist": source,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": scratch / "lists",
        "Dir::Cache": scratch / "cache",
    }
    return [word for name, value in places.items() for word in ("-o", f"{name}={value}")]


def _unpack(package: Path, name: str, kept: Path) -> None:
    root = package.parent / "root"
    run(["dpkg-deb", "-x", str(package), str(root)])
    found = next((path for path in root.rglob(name) if path.parent.name in PROGRAM_FOLDERS), None)
    if found is None:
        raise EngineError(f"there is no program {name} in {package.name}")
    found.rename(kept)
