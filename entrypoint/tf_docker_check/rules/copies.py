"""Whether COPY and ADD find what they name, and leave the image whole."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from tf_docker_check.dockerfile.source import Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.model.text import one_line
from tf_docker_check.rules.fault import Fault


def absent_sources(stage: Stage) -> Iterator[Fault]:
    """Yield each source that the build context does not have."""
    for copy in stage.copies:
        for word in copy.absent:
            judgement = Judgement(
                "copy",
                Verdict.FAILS,
                f"there is no {one_line(word.text, 80)} in the build context: the build stops at `not found`",
                "user-code",
                "correct the path, which is relative to the build context, or add the file",
            )
            yield Fault(Span(stage.source, word.start, word.end), judgement)


def copied_root(stage: Stage) -> Iterator[Fault]:
    """Yield each copy of the whole of another image over what the stage stands on."""
    if stage.root.image == "scratch":
        return
    for copy in stage.copies:
        whole = copy.image not in ("", "scratch", stage.root.image) and normpath(copy.target) == "/"
        for word in copy.sources if whole else ():
            if normpath(word.text) == "/":
                judgement = Judgement(
                    "copy",
                    Verdict.UNKNOWN,
                    f"the whole of {one_line(copy.origin, 80)} is laid over {stage.root.known_image or 'the image'}: C "
                    "library, Python and package lists are of the one or of the other, file by file",
                    "system-lib-conflict",
                    "copy the folders that are needed, or start from scratch or from that image",
                )
                yield Fault(Span(stage.source, word.start, word.end), judgement)
