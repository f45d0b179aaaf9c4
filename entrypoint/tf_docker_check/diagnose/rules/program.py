"""Errors of the user's own program, where no other cause is known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.model.observation import COMMAND, WORKERS

_TRACEBACK = "Traceback (most recent call last)"
_FRAME = re.compile(r'^.{0,40}File "([^"\n]{1,300})", line ([0-9]+)', re.MULTILINE)  # a builder may prefix it
_NOT_THEIRS = re.compile(r"/(?:site|dist)-packages/|/lib(?:64)?/python[0-9]|/pip-|^<frozen |^<probe ")
_GPU_IN_VAIN = re.compile(
    r"failed call to cuInit|Could not find cuda drivers|Cannot dlopen some GPU libraries"
)


def program(case: Case) -> Iterator[Proof]:
    """Prove a Python error raised in the user's file. Call it only when nothing else explains the failure.

    Not where TensorFlow found no GPU: the program may have raised because of that.
    """
    texts = [check.text for check in case.failed if check.name.startswith((COMMAND, WORKERS))]
    if case.build and "subprocess-exited-with-error" not in case.build.log:
        texts.append(case.build.log)
    for text in texts:
        frames = _FRAME.findall(text.rpartition(_TRACEBACK)[2]) if _TRACEBACK in text else []
        if frames and not _NOT_THEIRS.search(frames[-1][0]) and not _GPU_IN_VAIN.search(text):
            file, line = frames[-1]
            yield Proof("user-code", f"the error was raised in {file}, line {line}", sure=False)
