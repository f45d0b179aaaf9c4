"""Find the Python files of a project that train on several workers, by what they call."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tf_docker_check.errors import CheckError
from tf_docker_check.model.program import Program
from tf_docker_check.model.text import one_line
from tf_docker_check.project.find import is_skipped
from tf_docker_check.project.read import read_text

MOST_FILES, MOST_BYTES, MOST_TOTAL = 2_000, 512 * 1024, 16 * 1024 * 1024
"""Files that are read, the largest of them, and bytes in all: what is beyond has no say."""

DEEPEST = 12
MIRRORED, HOROVOD = "MultiWorkerMirroredStrategy", "Horovod"
_MEANS = re.compile(
    r"\b(?P<strategy>MultiWorkerMirroredStrategy|CollectiveAllReduceStrategy|ParameterServerStrategy(?:V[12])?)[ \t]*\("
    r"|\b(?:import|from)[ \t]+(?P<horovod>horovod)\b"
    r"|[\"'](?P<variable>TF_CONFIG)[\"']"
)
_IN_DOCKERFILE = re.compile(r"(?P<horovod>\bhorovod(?:run)?\b)|\bTF_CONFIG[ \t]*=")
_FITS = re.compile(r"\.fit[ \t]*\(")
_LEGACY = re.compile(r"[\"']TF_USE_LEGACY_KERAS[\"']|\bimport[ \t]+tf_keras\b|\bfrom[ \t]+tf_keras\b")
_COMMENT = re.compile(r"^[ \t]*#[^\n]*|[ \t]#[^\n\"']*$", re.MULTILINE)


def find_programs(folder: Path) -> tuple[Program, ...]:
    """Return the programs in and below *folder*, the nearest first. What cannot be read has no say."""
    programs: list[Program] = []
    left = MOST_TOTAL
    for path in sorted(_python_files(folder), key=lambda path: (len(path.parts), path))[:MOST_FILES]:
        try:
            text = read_text(path, min(MOST_BYTES, left), within=[folder], name=path.name)
        except CheckError:
            continue
        left -= len(text)
        if program := read_program(one_line(path.relative_to(folder).as_posix(), 200), text):
            programs.append(program)
        if left <= 0:
            break
    return tuple(programs)


def read_program(name: str, text: str) -> Program | None:
    """Return what the Python *text* of the file *name* says of several workers; None where that is nothing."""
    if "Strategy" not in text and "horovod" not in text and "TF_CONFIG" not in text:
        return None
    code = _COMMENT.sub(lambda match: " " * len(match.group()), text)
    matches = list(_MEANS.finditer(code))
    if not matches:
        return None
    first = next((match for match in matches if match["strategy"]), matches[0])
    return Program(
        name,
        code.count("\n", 0, first.start()) + 1,
        _means(first),
        fits=_FITS.search(code) is not None,
        legacy=_LEGACY.search(code) is not None,
    )


def read_dockerfile(name: str, text: str) -> Program | None:
    """Return what the Dockerfile *text* says of several workers: that it brings Horovod, or sets TF_CONFIG."""
    code = _COMMENT.sub(lambda match: " " * len(match.group()), text)
    match = _IN_DOCKERFILE.search(code)
    if match is None:
        return None
    means = HOROVOD if match["horovod"] else "TF_CONFIG"
    return Program(name, code.count("\n", 0, match.start()) + 1, means)


def _means(match: re.Match[str]) -> str:
    if match["strategy"]:
        name = match["strategy"]
        return (
            MIRRORED if name == "CollectiveAllReduceStrategy" else name.removesuffix("V2").removesuffix("V1")
        )
    return HOROVOD if match["horovod"] else match["variable"]


def _python_files(top: Path) -> Iterator[Path]:
    depth, number = len(top.parts), 0
    for name, folders, files in os.walk(top):
        folder = Path(name)
        folders[:] = sorted(one for one in folders if not is_skipped(one))
        if len(folder.parts) - depth >= DEEPEST:
            folders.clear()
        for file in sorted(files):
            if file.endswith(".py"):
                number += 1
                yield folder / file
        if number > MOST_FILES:
            return
