"""Verify through the engine that the files exist that an import claims to have loaded.

A probe's messages come from the image's Python, which may be manipulated. The files it names are
looked up from outside the container that it ran in; docs/evidence.md says what that proves.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from tf_docker_check.engine.protocol import ContainerFiles
from tf_docker_check.errors import CheckError
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line

EVIDENCE = "evidence"
"""The check's name."""

MOST = 20  # files of one kind that are looked for
LARGEST_RECORD = 16 << 20  # bytes; that of TensorFlow 2.21 has 2 MB
SMALLEST = 16 << 20  # bytes of all its libraries together; the smallest wheel there was has 100 MB
_USUAL = (  # in the package's folder, over all releases
    "libtensorflow_cc.so.2",
    "libtensorflow_framework.so.2",
    "libtensorflow_framework.so.1",
    "libtensorflow_framework.so",
    "python/_pywrap_tensorflow_internal.so",
)
_NOT_OF_AN_IMAGE = ("/dev/", "/proc/", "/sys/", "/memfd:")


@dataclass(frozen=True)
class Claims:
    """TensorFlow's files as claimed by a probe: libraries with size in bytes, its folder, its metadata folders."""

    libraries: Mapping[str, int]
    folder: str
    metadata: tuple[str, ...]
    beyond: int  # number of libraries at paths that the engine cannot read

    @property
    def usual(self) -> tuple[str, ...]:
        """Return the usual paths of TensorFlow's libraries, for a probe that names none."""
        return tuple(posixpath.join(self.folder, name) for name in _USUAL) if self.folder else ()


def read_claims(facts: Mapping[str, Any]) -> Claims:
    """Read the claims from the probe's *facts*, which are untrusted."""
    loaded = dict(_pairs(facts.get("tensorflow.loaded")))
    libraries = {path: size for path, size in loaded.items() if _can_be_seen(path)}
    folder, metadata = facts.get("tensorflow.path"), facts.get("tensorflow.metadata")
    folders = metadata if isinstance(metadata, list) else []
    return Claims(
        dict(list(libraries.items())[:MOST]),
        folder if _can_be_seen(folder) else "",
        tuple(entry for entry in folders if _can_be_seen(entry))[:MOST],
        len(loaded) - len(libraries),
    )


def check_evidence(facts: Mapping[str, Any], files: ContainerFiles, *, hashes: bool = False) -> Check:
    """Check that the files are there that an import which passed must have loaded, by the probe's *facts*.

    With *hashes*, the libraries are also read and compared with the RECORD of their distribution.
    """
    if facts.get("tensorflow.in_chroot") is True:
        note = "Python runs in a chroot, so the files that it names cannot be looked up from outside"
        return Check(EVIDENCE, Status.PASSED, facts={"evidence.libraries": {}, "evidence.notes": [note]})
    claims = read_claims(facts)
    try:
        seen = files.sizes((*claims.libraries, *(() if claims.libraries else claims.usual), *claims.metadata))
        differences = list(_compare_hashes(claims, files)) if hashes else []
    except CheckError as error:
        return Check(EVIDENCE, Status.ERRORED, error.in_one_line)
    if impossible := next(_impossible(claims, seen), ""):
        return Check(EVIDENCE, Status.FAILED, one_line(impossible), facts={"evidence.mismatch": impossible})
    libraries = {path: seen[path] for path in (*claims.libraries, *claims.usual) if path in seen}
    notes = [*_notes(claims, libraries), *differences]
    return Check(EVIDENCE, Status.PASSED, facts={"evidence.libraries": libraries, "evidence.notes": notes})


def _compare_hashes(claims: Claims, files: ContainerFiles) -> Iterator[str]:
    """Yield a note for each library that is not what the RECORD of its distribution says."""
    recorded = dict(_record_digests(claims.metadata, files))
    for path in claims.libraries:
        expected = next((digest for name, digest in recorded.items() if path.endswith(f"/{name}")), "")
        if not expected:
            yield f"{path} is in no RECORD"
        elif _sha256(files.chunks(path)) != expected:
            yield f"{path} is not the file that its RECORD names: another sha256"


def _record_digests(folders: Sequence[str], files: ContainerFiles) -> Iterator[tuple[str, str]]:
    """Yield path and digest (as RECORD writes it: base64 of sha256) of every library in the RECORDs of *folders*.

    https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
    """
    for folder in folders:
        text = bytearray()
        for chunk in files.chunks(posixpath.join(folder, "RECORD")):
            text += chunk
            if len(text) > LARGEST_RECORD:
                break
        for row in text.decode("utf-8", "replace").splitlines():
            name, _, rest = row.partition(",")
            if ".so" in name and rest.startswith("sha256="):
                yield name, rest.removeprefix("sha256=").partition(",")[0]


def _sha256(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def _impossible(claims: Claims, seen: Mapping[str, int]) -> Iterator[str]:
    """Yield claims that cannot be true: files that do not exist."""
    for path in claims.libraries:
        if path not in seen:
            yield f"the import claims to have loaded {path}, and the container has no such file"
    for path in claims.metadata:
        if path not in seen:
            yield f"TensorFlow's metadata is claimed to be in {path}, and the container has no such folder"
    if not claims.libraries and not claims.beyond and not set(claims.usual) & set(seen):
        where = f"in {claims.folder}" if claims.folder else "anywhere it names"
        yield f"the probe reports that the import passed, but there is no compiled library of TensorFlow {where}"


def _notes(claims: Claims, libraries: Mapping[str, int]) -> Iterator[str]:
    """Yield notes on what is unusual but possible: stripped libraries, other layouts, no metadata."""
    if claims.beyond:
        yield f"{claims.beyond} libraries lie where they cannot be seen from outside"
    if not claims.libraries:
        yield "the probe could not tell which libraries the import loaded"
    for path, size in claims.libraries.items():
        if size and size != libraries[path]:
            yield f"{path} has {libraries[path]} bytes, {size} to the probe"
    if libraries and sum(libraries.values()) < SMALLEST:
        yield f"TensorFlow's libraries have {sum(libraries.values())} bytes in all, which is little"
    if not claims.metadata:
        yield "no distribution of TensorFlow is installed"


def _pairs(loaded: object) -> Iterator[tuple[str, int]]:
    for pair in loaded if isinstance(loaded, list) else ():
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str):
            yield pair[0], pair[1] if isinstance(pair[1], int) else 0


def _can_be_seen(path: object) -> TypeGuard[str]:
    """Return whether the engine can look up *path*: absolute, ASCII, and part of the image."""
    return (
        isinstance(path, str)
        and path.startswith("/")
        and not path.startswith(_NOT_OF_AN_IMAGE)
        and path.isascii()
        and "\\" not in path
        and not path.endswith(" (deleted)")
    )
