"""Temporary folders, named by their process so that those of killed processes can be removed."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tf_docker_check.engine.owner import Owner, has_ended, parse_owner, this_process

PREFIX = "tf-docker-check-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a private folder, removed at the end of the block. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{this_process()}-") as name:
        yield Path(name)


def abandoned_folders(root: Path | None = None, us: Owner | None = None) -> tuple[Path, ...]:
    """Return this user's folders in *root* (the system's, by default) whose processes have ended."""
    root, us = root or Path(tempfile.gettempdir()), us or this_process()
    try:
        with os.scandir(root) as entries:
            return tuple(sorted(Path(entry.path) for entry in entries if _is_abandoned(entry, us)))
    except OSError:
        return ()


def _is_abandoned(entry: os.DirEntry[str], us: Owner) -> bool:
    if not entry.name.startswith(PREFIX):
        return False
    owner = parse_owner(entry.name.removeprefix(PREFIX).rpartition("-")[0])
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:  # gone just now
        return False
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return bool(ours and owner and has_ended(owner, us, local=True))


def remove_abandoned_folders() -> int:
    """Remove the folders of ended processes; return how many."""
    folders = abandoned_folders()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return sum(not folder.exists() for folder in folders)
