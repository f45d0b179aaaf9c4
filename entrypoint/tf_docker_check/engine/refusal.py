"""What an engine's refusal to start a process says: is it the image's own content, or the machine?"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Of any program: who the process is to be, and what it is made for.
_USER = re.compile(
    r"(?:^|[:\]] )unable to find (?:user|group) \S+"  # USER names somebody the image does not know
    r"|(?:^|[:\]] )no matching entries in (?:passwd|group) file"
)
_WRONG = (
    r"exec format error|permission denied|executable file not found|no such file|not a directory"
    r"|is a directory"
)


def is_of_the_image(error: str, programs: Sequence[str] = ()) -> bool:
    """Whether *error* says that the image has not what it takes to start one of *programs*.

    A program of the machine that the engine runs beside the container (a hook, a runtime) fails in
    the same words: only where one of *programs* itself is named is the image at fault.
    """
    if _USER.search(error):
        return True
    return any(_names(error, program) for program in programs)


def _names(error: str, program: str) -> bool:
    named = re.escape(program)
    return bool(re.search(rf'exec:? \\?"?{named}\\?"?: (?:stat {named}: )?(?:{_WRONG})', error))
