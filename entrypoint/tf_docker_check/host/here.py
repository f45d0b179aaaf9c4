"""This machine, as the kernel and the files of its NVIDIA driver tell of it."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.host.capacity import cpu_flags

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy")
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
CDI_FOLDERS = ("etc/cdi", "var/run/cdi")
TOOLS = ("nvidia-ctk", "nvidia-container-cli", "nvidia-container-runtime")


@dataclass(frozen=True)
class Here:
    """What can be seen from here. `memory` in bytes, 0 where unknown; `driver` is NVIDIA's version.

    `proxies` are names of variables only: values hold passwords.
    """

    architecture: str = ""
    kernel: str = ""
    cpus: int = 0
    flags: frozenset[str] = frozenset()
    memory: int = 0
    driver: str = ""
    devices: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    cdi: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    certificates: tuple[tuple[str, bool], ...] = ()  # variable, and whether its file is there


def look(environment: Mapping[str, str] | None = None, root: Path = Path("/")) -> Here:
    """Look around; nothing is started."""
    variables = os.environ if environment is None else environment
    return Here(
        architecture=platform.machine(),
        kernel=platform.release(),
        cpus=os.cpu_count() or 0,
        flags=cpu_flags(root / "proc/cpuinfo"),
        memory=_memory(root / "proc/meminfo"),
        driver=_driver(root / "proc/driver/nvidia/version"),
        devices=tuple(sorted(f"/dev/{path.name}" for path in (root / "dev").glob("nvidia*"))),
        tools=tuple(name for name in TOOLS if shutil.which(name, path=variables.get("PATH"))),
        cdi=tuple(
            f"/{folder}/{path.name}"
            for folder in CDI_FOLDERS
            for path in sorted((root / folder).glob("*"))
            if "nvidia" in path.name
        ),
        proxies=tuple(name for name in PROXIES if variables.get(name)),
        certificates=tuple(
            (name, Path(variables[name]).is_file()) for name in CERTIFICATES if variables.get(name)
        ),
    )


def _memory(path: Path) -> int:
    found = re.search(r"^MemTotal:\s+(\d+) kB", _text(path), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _driver(path: Path) -> str:
    found = re.search(r"Kernel Module[^\d\n]*?(?:for \S+)?\s+(\d+\.\d+(?:\.\d+)?)", _text(path))
    return found[1] if found else ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
