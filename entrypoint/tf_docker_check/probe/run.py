"""Climb the ladder in one container, then run the user's own commands in one container each."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from tf_docker_check.engine.bounded import Bounded
from tf_docker_check.engine.protocol import Engine, Ran, RunRequest
from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import Check, Exit, ProbeRun
from tf_docker_check.model.status import Status
from tf_docker_check.probe.climb import Climb
from tf_docker_check.probe.commands import run_commands
from tf_docker_check.probe.frames import Frame, Reader, text_of
from tf_docker_check.probe.judge import judged
from tf_docker_check.probe.request import container
from tf_docker_check.probe.rungs import ORDER, Rung, to_climb
from tf_docker_check.probe.script import script

PYTHONS = ("python3", "python")
MARGIN = 20.0  # seconds the container may take beyond the probe's own time limit
MAX_TRANSCRIPT = 256 * 1024  # bytes kept of what is printed beside the evidence
NO_PYTHON = "the image has no python3 or python along its PATH"

OnCheck = Callable[[Check], None]


def run_ladder(
    engine: Engine,
    image: Image,
    *,
    asked_tensorflow: str,
    checks: Checks,
    gpu: Gpu,
    timeout: int,
    labels: Mapping[str, str],
    on_check: OnCheck | None = None,
) -> ProbeRun:
    """Everything *image* shows within *timeout* seconds; each check also goes to *on_check* at once.

    `asked_tensorflow` is the version the cell promises, empty where it promises none. A failing
    image is a value; EngineError means that the engine itself failed.
    """
    deadline = time.monotonic() + timeout
    told = _Told(asked_tensorflow, on_check)
    rungs, skipped = to_climb(checks, gpu)
    base = container(image, checks.run_options, labels, gpu)
    python = engine.find_executable(base.image, PYTHONS, labels)
    if python:
        request = replace(base, entrypoint=(python,), command=("-",))
        end, output = _climb(engine, request, rungs, timeout, told)
    else:
        end, output = Exit(), ""
        told.tell(Check("interpreter", Status.FAILED, NO_PYTHON))
        told.tell_all(Check(rung.name, Status.SKIPPED, "there is no Python") for rung in rungs[1:])
    told.tell_all(skipped)
    told.tell_all(run_commands(engine, base, checks.commands, deadline))
    facts = {name: value for check in told.checks for name, value in check.facts.items()}
    return ProbeRun(tuple(told.checks), end, output, facts)


@dataclass
class _Told:
    """The checks that are known, each judged and told to the caller once."""

    asked: str
    on_check: OnCheck | None
    by_name: dict[str, Check] = field(default_factory=dict)

    def tell(self, check: Check) -> None:
        final = judged(check, self.asked, self.by_name)
        self.by_name[final.name] = final
        if self.on_check:
            self.on_check(final)

    def tell_all(self, checks: Iterable[Check]) -> None:
        for check in checks:
            self.tell(check)

    @property
    def checks(self) -> list[Check]:
        """In the ladder's order, the user's commands last."""
        return sorted(self.by_name.values(), key=lambda check: ORDER.get(check.name, len(ORDER)))


def _climb(
    engine: Engine, request: RunRequest, rungs: tuple[Rung, ...], seconds: int, told: _Told
) -> tuple[Exit, str]:
    """Run the script; how the container ended, and what it printed beside the evidence."""
    nonce = secrets.token_hex(16)
    listener = _Listener(Reader(nonce), Climb(rungs, told.tell), Bounded(MAX_TRANSCRIPT))
    ran = engine.run(
        replace(
            request,
            stdin=script(rungs, nonce=nonce, seconds=seconds),
            timeout=seconds + MARGIN,
            on_output=listener.hear,
        )
    )
    listener.end(ran)
    late = ran.exit.timed_out or listener.climb.timed_out
    return replace(ran.exit, timed_out=late), text_of(listener.transcript.value())


@dataclass(frozen=True)
class _Listener:
    """Sorts a container's output, as it comes, into evidence and transcript."""

    reader: Reader
    climb: Climb
    transcript: Bounded

    def hear(self, data: bytes) -> None:
        self._sort(self.reader.feed(data))

    def end(self, ran: Ran) -> None:
        self._sort(self.reader.end())
        if ran.error:
            self.transcript.add(ran.error.encode())
        self.climb.finish(ran.exit, ran.error)

    def _sort(self, items: Iterable[Frame | bytes]) -> None:
        for item in items:
            if isinstance(item, Frame):
                self.climb.take(item)
            else:
                self.transcript.add(item)
                self.climb.hear(item)
