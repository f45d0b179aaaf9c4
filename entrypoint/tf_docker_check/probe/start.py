"""Why a container did not start: is the image at fault, or the machine?"""

from __future__ import annotations

import re

from tf_docker_check.model.status import Status

_IMAGE_AT_FAULT = re.compile(
    r"exec format error"  # built for another architecture
    r"|exec: \\?\"[^\"]*\\?\": (stat|permission denied|executable file not found|no such file)"
    r"|exec [^ ]+: (no such file or directory|permission denied)"  # the interpreter's loader is missing
    r"|unable to find (user|group) "  # USER names somebody the image does not know
    r"|no matching entries in (passwd|group) file"
)


def blame(error: str) -> Status:
    """FAILED where the engine's *error* speaks of the image's own content, else ERRORED."""
    return Status.FAILED if _IMAGE_AT_FAULT.search(error) else Status.ERRORED
