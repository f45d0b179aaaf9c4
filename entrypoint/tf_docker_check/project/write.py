"""Results in the workspace: where they may go, and whose they are.

The action runs as root in a workspace that belongs to the runner's user and holds a pull request's
files: what root leaves behind breaks the next checkout (actions/runner#434), and a link planted at
the results' place must not lead root out of the workspace.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath

from tf_docker_check.errors import CannotJudge, UsageError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def publish(workspace: Path, folder: str, files: Mapping[str, bytes]) -> None:
    """Write *files* into *folder* of *workspace*, all owned by the workspace's owner.

    Each file is replaced whole. Raises UsageError where *folder* lies outside the workspace, or where
    a link stands in its place or on the way; CannotJudge where a file cannot be written.
    """
    with _open_folder(workspace, folder) as (descriptor, owner):
        for name, data in files.items():
            _write(descriptor, name, data, owner)


def append(workspace: Path, folder: str, name: str, data: bytes) -> None:
    """Append *data* to the file *name* in *folder* of *workspace*, all of it or nothing; make the file if needed.

    Links are not followed. Raises UsageError and CannotJudge as `publish` does.
    """
    with _open_folder(workspace, folder) as (descriptor, owner):
        try:
            with os.fdopen(os.open(name, _APPEND, 0o644, dir_fd=descriptor), "ab", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                if not size:
                    _set_owner(file.fileno(), owner)
                _append_whole(file.fileno(), size, data)
        except OSError as error:
            raise _unwritten(name, error) from None


def remove(workspace: Path, folder: str, name: str) -> None:
    """Remove the file *name* from *folder* of *workspace*, where it is there. Raises UsageError as `publish` does."""
    with _open_folder(workspace, folder) as (descriptor, _), suppress(OSError):
        os.unlink(name, dir_fd=descriptor)


@contextmanager
def _open_folder(workspace: Path, folder: str) -> Iterator[tuple[int, os.stat_result]]:
    """A descriptor of *folder*, every step on the way opened without following links, and its owner to be."""
    with ExitStack() as stack:
        try:
            descriptor = _close_at_exit(stack, os.open(workspace, _FOLDER & ~os.O_NOFOLLOW))
        except OSError as error:
            raise _write_error(str(workspace), str(error.strerror)) from None
        owner = os.fstat(descriptor)
        for part in _parts(workspace, folder):
            try:
                made = _make(descriptor, part)
                descriptor = _close_at_exit(stack, os.open(part, _FOLDER, dir_fd=descriptor))
            except OSError as error:
                raise _write_error(folder, f"{part!r}: {error.strerror} (links are not followed)") from None
            if made:
                _set_owner(descriptor, owner)
        yield descriptor, owner


def _parts(workspace: Path, folder: str) -> tuple[str, ...]:
    path = PurePosixPath(folder)
    if path.is_absolute():
        try:
            path = path.relative_to(workspace)
        except ValueError:
            raise _write_error(folder, "it lies outside the workspace") from None
    if ".." in path.parts or "\0" in folder:
        raise _write_error(folder, "it lies outside the workspace")
    return path.parts


def _make(parent: int, name: str) -> bool:
    try:
        os.mkdir(name, 0o755, dir_fd=parent)
    except FileExistsError:
        return False
    return True


def _write(folder: int, name: str, data: bytes, owner: os.stat_result) -> None:
    """By a new file that takes the name in one step: what stands there is replaced, not written through."""
    if "/" in name or name in {"", ".", ".."}:
        raise ValueError(f"{name!r} is no file name")
    partial = f".{name}.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(partial, _NEW, 0o644, dir_fd=folder), "wb") as file:
            file.write(data)
            file.flush()
            _set_owner(file.fileno(), owner)
        os.rename(partial, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as error:
        raise _unwritten(name, error) from None
    finally:
        with suppress(OSError):  # renamed, or never made; an interrupt, too, leaves nothing half-written
            os.unlink(partial, dir_fd=folder)


def _append_whole(descriptor: int, size: int, data: bytes) -> None:
    """Write *data* at the end of a file of *size* bytes; what was written of it is removed if not all fits."""
    written = 0
    try:
        while written < len(data):
            written += os.write(descriptor, data[written:])
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _unwritten(name: str, error: OSError) -> CannotJudge:
    return CannotJudge(
        f"{name} cannot be written: {error.strerror}",
        remedy="free some space, remove what stands in its place, or name another folder",
    )


def _set_owner(descriptor: int, owner: os.stat_result) -> None:
    if os.geteuid() == 0:  # others own what they make, and may not give it away
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _close_at_exit(stack: ExitStack, descriptor: int) -> int:
    stack.callback(os.close, descriptor)
    return descriptor


def _write_error(what: str, why: str) -> UsageError:
    return UsageError(
        f"results cannot be written to {what!r}",
        why=why,
        remedy="name a folder inside the workspace, or the current one, with no links on the way",
    )
