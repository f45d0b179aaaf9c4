"""The operating system: release, C library, and what its package manager installed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.inspection.filesystem import Filesystem
from tf_docker_check.inspection.versions import newest, parse_numbers
from tf_docker_check.model.inspection import Libc, OperatingSystem, Package
from tf_docker_check.model.text import one_line
from tf_docker_check.resources.distributions import named

MAX_PACKAGES = 50_000
_OS_RELEASE = re.compile(r"""^([A-Z_]+)=(?:"([^"\n]*)"|'([^'\n]*)'|([^\n"']*))$""", re.MULTILINE)


def read_operating_system(files: Filesystem) -> OperatingSystem | None:
    """Read os-release; None if the image has none (scratch, some distroless images)."""
    text = _text(files, "/etc/os-release") or _text(files, "/usr/lib/os-release")
    if not text:
        return None
    fields = {name: one_line(a or b or c, 100) for name, a, b, c in _OS_RELEASE.findall(text[:65536])}
    return describe_release(fields.get("ID", ""), fields.get("VERSION_ID", ""), fields.get("PRETTY_NAME", ""))


def describe_release(family: str, version: str, name: str) -> OperatingSystem:
    """Return ID, VERSION_ID and PRETTY_NAME of os-release, with the dates when its support ends."""
    known = named(family, version)
    return OperatingSystem(family, version, name, known.end if known else "", known.long_end if known else "")


def read_libc(files: Filesystem, system: tuple[Package, ...]) -> Libc | None:
    """Return the C library, by its own file or else its package, and the newest symbols of libstdc++."""
    glibcxx, cxxabi = _libstdcxx(files)
    for path in (*files.paths_named("libc.so.6"), *_by_prefix(files, "ld-musl-")):
        texts = [line for line in (files.content(path) or b"").decode().split("\n") if line]
        name = "musl" if "ld-musl-" in path else "glibc"
        versions = [text for text in texts if parse_numbers(text)[:1] == ((1,) if name == "musl" else (2,))]
        if versions:
            return Libc(name, versions[0], glibcxx, cxxabi)
    for package in system:
        if package.name in {"libc6", "musl"}:
            version = ".".join(map(str, parse_numbers(package.version)))
            return Libc("musl" if package.name == "musl" else "glibc", version, glibcxx, cxxabi)
    return None


def _libstdcxx(files: Filesystem) -> tuple[str, str]:
    for path in files.paths_named("libstdc++.so.6"):
        file = files.file(path)
        if file and file.elf and file.elf.defines and "-packages/" not in path:
            return newest_provided(file.elf.defines, "GLIBCXX"), newest_provided(file.elf.defines, "CXXABI")
    return "", ""


def newest_provided(defines: tuple[str, ...], family: str) -> str:
    """Return the newest version of *family* among symbol versions such as ``GLIBCXX_3.4.33``."""
    versions = (name.removeprefix(f"{family}_") for name in defines if name.startswith(f"{family}_"))
    return newest([version for version in versions if re.fullmatch(r"[0-9.]+", version)])


def read_packages(files: Filesystem) -> tuple[Package, ...]:
    """Return the installed dpkg or apk packages, sorted by name."""
    by_name: dict[str, Package] = {}
    for path in sorted(files.files):
        if path == "var/lib/dpkg/status" or path.startswith("var/lib/dpkg/status.d/"):
            by_name |= {package.name: package for package in _dpkg(_text(files, f"/{path}"))}
        elif path.endswith("lib/apk/db/installed"):
            by_name |= {package.name: package for package in _apk(_text(files, f"/{path}"))}
    return tuple(by_name[name] for name in sorted(by_name)[:MAX_PACKAGES])


def _dpkg(text: str) -> Iterator[Package]:
    for paragraph in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in paragraph.split("\n") if ": " in line and line[0] != " "
        )
        status = fields.get("Status", "install ok installed")  # status.d files of distroless have none
        if fields.get("Package") and status.endswith(" installed"):
            size = fields.get("Installed-Size", "")
            yield _package(fields["Package"], fields.get("Version", ""), size, 1024)


def _apk(text: str) -> Iterator[Package]:
    for paragraph in text.split("\n\n"):
        fields = {line[0]: line[2:] for line in paragraph.split("\n") if line[1:2] == ":"}
        if fields.get("P"):
            yield _package(fields["P"], fields.get("V", ""), fields.get("I", ""), 1)


def _package(name: str, version: str, size: str, unit: int) -> Package:
    known = size.isascii() and size.isdecimal() and len(size) < 16
    return Package(one_line(name, 200), one_line(version, 200), size=int(size) * unit if known else 0)


def read_owners(files: Filesystem) -> dict[str, str]:
    """Map each path (no leading slash), as it is in the image, to its dpkg package."""
    owners_by_path = {}
    for path in files.files:
        if path.startswith("var/lib/dpkg/info/") and path.endswith(".list"):
            package = path[len("var/lib/dpkg/info/") : -len(".list")].partition(":")[0]
            for line in _text(files, f"/{path}").split("\n"):
                owners_by_path[_merged_usr(line.strip("/"), files)] = package
    return owners_by_path


def _merged_usr(path: str, files: Filesystem) -> str:
    """Return the path under /usr that dpkg still calls /lib/x."""
    return path if path in files.files else f"usr/{path}" if f"usr/{path}" in files.files else path


def _by_prefix(files: Filesystem, prefix: str) -> list[str]:
    return [f"/{path}" for path in files.files if path.rpartition("/")[2].startswith(prefix)]


def _text(files: Filesystem, path: str) -> str:
    return (files.content(path) or b"").decode("utf-8", "replace")
