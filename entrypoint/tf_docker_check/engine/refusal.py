"""Classify an engine's refusal to start a process: the image's content, or the machine."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Of any program: who the process is to be, and where it starts.
_USER = re.compile(
    r"(?:^|[:\]] )unable to find (?:user|group) \S+"  # USER names a user that the image does not have
    r"|(?:^|[:\]] )no matching entries in (?:passwd|group) file"
    r"|(?:^|: )chdir to cwd \(.*\) set in config\.json failed: "  # WORKDIR, or what USER may not enter
    r"(?:permission denied|no such file|not a directory)"
)
_WRONG = (
    r"exec format error|permission denied|executable file not found|no such file|not a directory"
    r"|is a directory"
)


def is_image_error(error: str, programs: Sequence[str] = ()) -> bool:
    """Return whether *error* says that the image lacks what starting one of *programs* needs.

    A program of the machine that the engine runs for the container (a hook, a runtime) fails with
    the same text: the image is at fault only if one of *programs* itself is named.
    """
    if _USER.search(error):
        return True
    return any(_names(error, program) for program in programs)


def _names(error: str, program: str) -> bool:
    named = re.escape(program)
    return bool(re.search(rf'exec:? \\?"?{named}\\?"?: (?:stat {named}: )?(?:{_WRONG})', error))
