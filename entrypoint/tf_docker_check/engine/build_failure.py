"""What a failed build is: the Dockerfile's fault where that is proven, else a build that was not judged."""

from __future__ import annotations

import re

from tf_docker_check.engine.bounded import tail
from tf_docker_check.engine.build_input import unreadable
from tf_docker_check.engine.exits import SIGKILLED
from tf_docker_check.engine.last_word import dockerfile_line, error_text, is_of_the_dockerfile
from tf_docker_check.engine.protocol import Built
from tf_docker_check.engine.refusal import is_of_the_image
from tf_docker_check.engine.registry_trouble import Refusal, classify, error_for, incomplete
from tf_docker_check.engine.steps import LOG_LIMIT, Step, Steps, exit_code
from tf_docker_check.engine.trouble import DISK_FULL, disk_full
from tf_docker_check.errors import CheckError, EngineError, RegistryError

NO_ROOM = 1 << 20
UNSENT = "error from sender"  # the context never reached the builder
METADATA = "load metadata for "  # BuildKit's step that asks a registry whether an image exists
RESOLVES = re.compile(r"load metadata for (\S+)|^\[[^]]*\] FROM (\S+)|^FROM (\S+)")
SYNTAX = re.compile(r"resolve image config for (\S+)")  # the image of a `# syntax=` line
COMMAND = re.compile(r"^\[[^]]*[0-9]+/[0-9]+\] (?:RUN|COPY|ADD|WORKDIR)\b")
RAN = re.compile(r'executor failed running \[|process "')  # the error is of a command, which it quotes
# What builders say of a path that an instruction names; which path is looked up in the instruction.
NO_SUCH_PATH = re.compile(
    r"not found|no such file or directory|does not exist|not a directory|no source files"
    r"|cannot copy to non-directory"
)


def failed_build(steps: Steps, seconds: float) -> Built:
    """The value for a build that ended badly; it is `errored` unless the Dockerfile is proven at fault.

    Raises RegistryError where a registry kept an image from the build, EngineError where the
    engine's disk is full or nothing was even begun, UsageError where the context cannot be read.
    """
    failed, error = steps.failed(), error_text(steps.text)
    code = exit_code(failed.error) if failed else None
    if not steps.by_key:
        raise EngineError("the builder refuses the build", why=error)
    if failed and UNSENT in failed.error:
        raise unreadable(failed.error)
    if failed and (unfetched := _unfetched(steps, failed)):
        raise unfetched
    if code is None and DISK_FULL in error:
        raise disk_full(error)
    return Built(
        image=None,
        steps=steps.values(dockerfile_line(steps.text)),
        seconds=seconds,
        error=error,
        log=tail((failed.log if failed else "") or steps.text, LOG_LIMIT),
        exit_code=code,
        errored=not _is_proven(steps, failed, code),
    )


def _is_proven(steps: Steps, failed: Step | None, code: int | None) -> bool:
    """Whether the builder shows that the Dockerfile or a step's own command is at fault."""
    if failed is None or steps.refused:
        return steps.refused or is_of_the_dockerfile(steps.text)
    if code is not None:
        return code != SIGKILLED  # who killed it, the machine for want of memory or somebody, is not known
    if RESOLVES.search(failed.name):
        return True  # there is no such image: `_unfetched` took everything else
    return is_of_the_image(failed.error) or _names_its_path(failed)


def _names_its_path(step: Step) -> bool:
    """Whether the error is of a path that the instruction itself names."""
    if not COMMAND.match(step.name) or RAN.match(step.error) or not NO_SUCH_PATH.search(step.error):
        return False
    words = (word.strip("./") for word in re.split(r"[\s,=\"'\[\]]+", step.name))
    return any(re.search(rf"(?:^|[/\s\"]){re.escape(word)}[\":\s/]", step.error) for word in words if word)


def _unfetched(steps: Steps, step: Step) -> CheckError | None:
    """The error of a registry that kept an image from the build; None where the image does not exist.

    Once BuildKit has an image's metadata the image exists: what is missing then is its content.
    """
    if syntax := SYNTAX.search(step.name):
        return RegistryError(
            f"cannot pull {syntax[1]}, the builder's own image that the Dockerfile's `# syntax` line names",
            why=step.error,
            remedy="see whether the engine (or its mirror) has that image, or leave the line out",
        )
    names = RESOLVES.search(step.name)
    if not names:
        return None
    reference = next(filter(None, names.groups()))
    known = METADATA not in step.name and any(METADATA in other.name for other in steps.by_key.values())
    if classify(step.error) is not Refusal.NOT_FOUND:
        return error_for(reference, step.error)
    return incomplete(reference, step.error) if known else None


def late_build(steps: Steps, seconds: float, limit: float, free: int | None = None) -> Built:
    """The value for a build that was stopped at its time limit, with what was under way.

    Only a step's own command is held against the Dockerfile. Raises RegistryError where an image was
    waited for, and EngineError where *free*, what the engine has left of its disk in bytes, is next to
    nothing: an engine that cannot write hangs, and every build in it.
    """
    if free is not None and free < NO_ROOM:
        raise disk_full(f"{free} bytes are free, and the build did not end within {limit:.0f} s")
    under_way = steps.latest
    where = f", in the step {under_way.name}" if under_way else ""
    if under_way:
        under_way.error = f"stopped after {limit:.0f} s"
        if unfetched := _unfetched(steps, under_way):
            raise unfetched
    return Built(
        image=None,
        steps=steps.values(),
        seconds=seconds,
        error=f"stopped after {limit:.0f} s{where}",
        log=tail((under_way.log if under_way else "") or steps.text, LOG_LIMIT),
        timed_out=True,
        errored=not (under_way and COMMAND.match(under_way.name)),
    )
