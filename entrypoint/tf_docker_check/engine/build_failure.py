"""Classify a failed build: the Dockerfile's fault where that is proven, else `errored`."""

from __future__ import annotations

import re

from tf_docker_check.engine.bounded import tail
from tf_docker_check.engine.build_error_text import dockerfile_line, error_text, is_dockerfile_error
from tf_docker_check.engine.build_input import unreadable_context
from tf_docker_check.engine.exits import SIGKILLED
from tf_docker_check.engine.protocol import EngineBuildResult
from tf_docker_check.engine.refusal import is_image_error
from tf_docker_check.engine.registry_trouble import Refusal, classify, incomplete_image_error, pull_error
from tf_docker_check.engine.steps import LOG_LIMIT, Step, Steps, exit_code
from tf_docker_check.engine.trouble import DISK_FULL, disk_full_error
from tf_docker_check.errors import CheckError, EngineError, RegistryError

NO_ROOM = 1 << 20
UNSENT = "error from sender"  # the context never reached the builder
METADATA = "load metadata for "  # BuildKit's step that asks a registry whether an image exists
RESOLVES = re.compile(r"load metadata for (\S+)|^\[[^]]*\] FROM (\S+)|^FROM (\S+)")
SYNTAX = re.compile(r"resolve image config for (\S+)")  # the image of a `# syntax=` line
COMMAND = re.compile(r"^\[[^]]*[0-9]+/[0-9]+\] (?:RUN|COPY|ADD|WORKDIR)\b")
# The error is of a command, which it quotes; the command begins with its program.
RAN = re.compile(r'(?:executor failed running \[|process ")([^\s\]"]*)')
# BuildKit's runtime failed before the command began: it exits with 1, and prints one line into the step's log.
RUNTIME_FAILED = re.compile(
    r"\s*((?:runc (?:run|create) failed|container_linux\.go:[0-9]+: \w+ (?:new )?container)\b[^\n]*)\s*"
)
# What builders say of a path that an instruction names; which path is looked up in the instruction.
NO_SUCH_PATH = re.compile(
    r"not found|no such file or directory|does not exist|not a directory|no source files"
    r"|cannot copy to non-directory"
)


def failed_build_result(steps: Steps, seconds: float) -> EngineBuildResult:
    """Return the result of a failed build; it is `errored` unless the Dockerfile is proven at fault.

    Raises RegistryError where a registry kept an image from the build, EngineError where the
    engine's disk is full or nothing was even begun, UsageError where the context cannot be read.
    """
    failed, error = steps.failed(), error_text(steps.text)
    code = exit_code(failed.error) if failed else None
    if not steps.by_key:
        raise EngineError("the builder refuses the build", why=error)
    if failed and UNSENT in failed.error:
        raise unreadable_context(failed.error)
    if failed and (unfetched := _fetch_error(steps, failed)):
        raise unfetched
    if code is None and DISK_FULL in error:
        raise disk_full_error(error)
    runtime_error = _runtime_error(failed, code) if failed else ""
    if runtime_error:
        error, code = f"the engine could not start the step's command: {runtime_error}", None
    return EngineBuildResult(
        image=None,
        steps=steps.values(dockerfile_line(steps.text)),
        seconds=seconds,
        error=error,
        log=tail((failed.log if failed else "") or steps.text, LOG_LIMIT),
        exit_code=code,
        errored=bool(runtime_error) or not _is_proven(steps, failed, code),
    )


def _is_proven(steps: Steps, failed: Step | None, code: int | None) -> bool:
    """Return whether the builder shows that the Dockerfile or a step's own command is at fault."""
    if failed is None or steps.refused:
        return steps.refused or is_dockerfile_error(steps.text)
    if code is not None:
        return code != SIGKILLED  # by whom is unknown: the kernel, out of memory, or somebody
    if RESOLVES.search(failed.name):
        return True  # there is no such image: `_unfetched` took everything else
    return is_image_error(failed.error) or _names_its_path(failed)


def _runtime_error(step: Step, code: int | None) -> str:
    """Return the error of the machine's container runtime; empty if the step's command or image is at fault.

    A command that prints the runtime's words itself has them in its own text, or prints more.
    """
    words = RUNTIME_FAILED.fullmatch(step.log)
    program = RAN.match(step.error)
    if code != 1 or not words or words[1] in step.name:
        return ""
    return "" if is_image_error(words[1], (program[1],) if program else ()) else words[1]


def _names_its_path(step: Step) -> bool:
    """Return whether the error is about a path that the instruction itself names."""
    if not COMMAND.match(step.name) or RAN.match(step.error) or not NO_SUCH_PATH.search(step.error):
        return False
    words = (word.strip("./") for word in re.split(r"[\s,=\"'\[\]]+", step.name))
    return any(re.search(rf"(?:^|[/\s\"]){re.escape(word)}[\":\s/]", step.error) for word in words if word)


def _fetch_error(steps: Steps, step: Step) -> CheckError | None:
    """Return the registry's error that kept an image from the build; None where the image does not exist.

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
    metadata = METADATA + reference.partition("@")[0]  # an image that COPY --from names has no such step
    known = METADATA not in step.name and any(metadata in other.name for other in steps.by_key.values())
    if classify(step.error) is not Refusal.NOT_FOUND:
        return pull_error(reference, step.error)
    return incomplete_image_error(reference, step.error) if known else None


def timed_out_build_result(
    steps: Steps, seconds: float, limit: float, free: int | None = None
) -> EngineBuildResult:
    """Return the result of a build that was stopped at its time limit, with the step in progress.

    It counts as the Dockerfile's fault only during a step's own command. Raises RegistryError if the
    build was waiting for an image, and EngineError if *free*, the bytes free on the engine's disk, is
    almost 0: an engine that cannot write hangs, with every build in it.
    """
    if free is not None and free < NO_ROOM:
        raise disk_full_error(f"{free} bytes are free, and the build did not end within {limit:.0f} s")
    under_way = steps.latest
    where = f", in the step {under_way.name}" if under_way else ""
    if under_way:
        under_way.error = f"stopped after {limit:.0f} s"
        if unfetched := _fetch_error(steps, under_way):
            raise unfetched
    return EngineBuildResult(
        image=None,
        steps=steps.values(),
        seconds=seconds,
        error=f"stopped after {limit:.0f} s{where}",
        log=tail((under_way.log if under_way else "") or steps.text, LOG_LIMIT),
        timed_out=True,
        errored=not (under_way and COMMAND.match(under_way.name)),
    )
