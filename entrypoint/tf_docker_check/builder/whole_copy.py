"""Find the COPY that replaces the whole file system of an image, so that its base does not matter."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from tf_docker_check.dockerfile.instructions import Instruction
from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.dockerfile.stage import Stage, stage_at


def whole_copy_line(text: str, stages: Sequence[Stage], target: Stage) -> int:
    """Return the line of the Dockerfile *text* that copies another image's root over *target*'s; 0 without one.

    *stages* are those of *text*. A stage on the same image is no other image: it moves with the base.
    """
    lineage = {stage.index for stage in target.lineage}
    index, folder = -1, "/"
    for instruction in parse_dockerfile(text, "Dockerfile"):
        if instruction.keyword == "FROM":
            index, folder = index + 1, "/"
        elif instruction.keyword == "WORKDIR" and instruction.words:
            folder = posixpath.join(folder, instruction.words[0].text)
        elif index in lineage and instruction.keyword == "COPY" and _is_whole(instruction, folder):
            source = stage_at(stages[:index], instruction.flag("from"))
            if not source or not (source.is_pieces or source.root.image == target.root.image):
                return instruction.start_line
    return 0


def _is_whole(instruction: Instruction, folder: str) -> bool:
    """Return whether everything of another image is copied to the root; *folder* is the working directory."""
    if not instruction.flag("from") or len(instruction.words) < 2:
        return False
    *sources, destination = (word.text for word in instruction.words)
    everything = any(posixpath.normpath(f"/{source}").strip("/") in ("", "*") for source in sources)
    return everything and not posixpath.normpath(posixpath.join(folder, destination)).strip("/")
