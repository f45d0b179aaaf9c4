"""Keep the logs in one archive."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

LOGS = Path(__file__).parent / "logs.tar.xz"


def read_logs(path: Path = LOGS) -> dict[str, bytes]:
    """Return the logs by their names."""
    with tarfile.open(path) as archive:
        return {entry.name: _content(archive, entry) for entry in archive}


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(entry)
    return file.read() if file else b""


def write_logs(path: Path, logs: Mapping[str, bytes]) -> None:
    """Write the archive: the same logs give the same bytes."""
    with tarfile.open(path, "w:xz", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in sorted(logs.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
