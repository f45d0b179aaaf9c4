"""Facts about this host, read from the kernel and the files of its NVIDIA driver."""

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
class HostFacts:
    """Facts about this host. `memory` in bytes, 0 where unknown; `driver` is NVIDIA's version.

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
    abandoned: tuple[str, ...] = ()  # temporary folders of runs that were killed


def detect_host(environment: Mapping[str, str] | None = None, root: Path = Path("/")) -> HostFacts:
    """Read the facts about this host from /proc, /dev and the environment; starts nothing."""
    variables = os.environ if environment is None else environment
    return HostFacts(
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
    match = re.search(r"^MemTotal:\s+([0-9]+) kB", _text(path), re.MULTILINE)
    return int(match[1]) * 1024 if match else 0


def _driver(path: Path) -> str:
    match = re.search(r"Kernel Module[^0-9\n]*?(?:for \S+)?\s+([0-9]+\.[0-9]+(?:\.[0-9]+)?)", _text(path))
    return match[1] if match else ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
