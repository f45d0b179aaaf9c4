"""What a failed build is: a value, or somebody else's fault."""

from __future__ import annotations

import re

from tf_docker_check.engine.bounded import tail
from tf_docker_check.engine.build_input import unreadable
from tf_docker_check.engine.last_word import dockerfile_line, error_text
from tf_docker_check.engine.protocol import Built
from tf_docker_check.engine.registry_trouble import Refusal, classify, error_for
from tf_docker_check.engine.steps import LOG_LIMIT, Steps, exit_code
from tf_docker_check.engine.trouble import DISK_FULL, disk_full
from tf_docker_check.errors import EngineError

UNSENT = "error from sender"  # the context never reached the builder
# Steps in which BuildKit, not the Dockerfile's author, fetches an image.
FETCHES = re.compile(r"(?:load metadata for|resolve image config for|\] FROM|^FROM) (\S+)")


def failed_build(steps: Steps, seconds: float) -> Built:
    """The value for a build that ended badly.

    Raises RegistryError where a registry kept an image from the build, EngineError where the
    engine's disk is full or nothing was even begun, UsageError where the context cannot be read.
    """
    failed, error = steps.failed(), error_text(steps.text)
    code = exit_code(failed.error if failed else error)
    if not steps.by_key:
        raise EngineError("the builder refuses the build", why=error)
    if failed and UNSENT in failed.error:
        raise unreadable(failed.error)
    fetch = FETCHES.search(failed.name) if failed else None
    if failed and fetch and classify(failed.error) is not Refusal.NOT_FOUND:
        raise error_for(fetch[1], failed.error)
    if code is None and DISK_FULL in error:
        raise disk_full(error)
    return Built(
        image=None,
        steps=steps.values(dockerfile_line(steps.text)),
        seconds=seconds,
        error=error,
        log=tail((failed.log if failed else "") or steps.text, LOG_LIMIT),
        exit_code=code,
    )


def late_build(steps: Steps, seconds: float, limit: float) -> Built:
    """The value for a build that was stopped at its time limit, with what was under way."""
    under_way = steps.latest
    where = f", in the step {under_way.name}" if under_way else ""
    if under_way:
        under_way.error = f"stopped after {limit:.0f} s"
    return Built(
        image=None,
        steps=steps.values(),
        seconds=seconds,
        error=f"stopped after {limit:.0f} s{where}",
        log=tail((under_way.log if under_way else "") or steps.text, LOG_LIMIT),
        timed_out=True,
    )
