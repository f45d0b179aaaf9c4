"""Climb the ladder in one container, then run the user's own commands in one container each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tf_docker_check.engine.protocol import ContainerFiles, Engine, RunRequest
from tf_docker_check.errors import CheckError
from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import Check, Exit, ProbeRun
from tf_docker_check.model.status import Status
from tf_docker_check.probe.commands import named, run_commands
from tf_docker_check.probe.distributed import distributed
from tf_docker_check.probe.judge import judged
from tf_docker_check.probe.listen import climb
from tf_docker_check.probe.request import PYTHONS, container
from tf_docker_check.probe.rungs import ORDER, Rung, to_climb
from tf_docker_check.probe.witness import witness

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
    peer: Image | None = None,
    on_check: OnCheck | None = None,
) -> ProbeRun:
    """Everything *image* shows within *timeout* seconds; each check also goes to *on_check* at once.

    `asked_tensorflow` is the version the cell promises, empty where it promises none. `peer` is
    the second worker's image in the distributed checks, where it is another. A failing image is a
    value; an engine that fails leaves the checks made before it, and raises EngineError where there
    are none.
    """
    told = _Told(asked_tensorflow, on_check, hashes=checks.profile == "full")
    rungs, skipped = to_climb(checks, gpu)
    base = container(image, checks.run_options, labels, gpu)
    deadline, end, output = time.monotonic() + timeout, Exit(), ""
    try:
        end, output = _climb_ladder(engine, base, rungs, timeout, told)
        apart = [rung.name for rung in rungs if rung.apart]
        if told.passed("import"):
            told.tell_all(distributed(engine, base, peer or image, apart, deadline))
        else:
            told.tell_all(Check(name, Status.SKIPPED, "import did not pass") for name in apart)
        told.tell_all(run_commands(engine, base, checks.commands, deadline))
    except CheckError as error:
        if not told.by_name:
            raise
        told.break_off((*(rung.name for rung in rungs), *named(checks.commands)), error)
    told.tell_all(skipped)
    facts = {name: value for check in told.checks for name, value in check.facts.items()}
    return ProbeRun(tuple(told.checks), end, output, facts)


def _climb_ladder(
    engine: Engine, base: RunRequest, rungs: Sequence[Rung], timeout: int, told: _Told
) -> tuple[Exit, str]:
    """Climb the rungs that share a container; how it ended, and what it printed. Raises EngineError."""
    ladder = tuple(rung for rung in rungs if not rung.apart)
    python = engine.find_executable(base.image, PYTHONS, base.labels)
    if python:
        request = replace(base, entrypoint=(python,), command=("-",), after=told.bear_witness)
        return climb(engine, request, ladder, timeout, told.tell)
    told.tell(Check("interpreter", Status.FAILED, NO_PYTHON))
    told.tell_all(Check(rung.name, Status.SKIPPED, "there is no Python") for rung in ladder[1:])
    return Exit(), ""


@dataclass
class _Told:
    """The checks that are known, each judged and told to the caller once."""

    asked: str
    on_check: OnCheck | None
    hashes: bool = False  # compare libraries with RECORD
    by_name: dict[str, Check] = field(default_factory=dict)

    def tell(self, check: Check) -> None:
        final = judged(check, self.asked, self.by_name)
        self.by_name[final.name] = final
        if self.on_check:
            self.on_check(final)

    def tell_all(self, checks: Iterable[Check]) -> None:
        for check in checks:
            self.tell(check)

    def break_off(self, names: Iterable[str], error: CheckError) -> None:
        """Settle those of *names* that have no check: the engine failed by *error*."""
        for name in names:
            known = any(check.status is Status.ERRORED for check in self.by_name.values())
            if name not in self.by_name and known:
                self.tell(Check(name, Status.SKIPPED, "the engine failed before it"))
            elif name not in self.by_name:
                self.tell(Check(name, Status.ERRORED, error.in_one_line))

    def bear_witness(self, files: ContainerFiles) -> None:
        """Hold what a passed import claims against what is there."""
        if self.passed("import"):
            known = {name: value for check in self.checks for name, value in check.facts.items()}
            self.tell(witness(known, files, hashes=self.hashes))

    def passed(self, name: str) -> bool:
        """Whether the check *name* did."""
        return name in self.by_name and self.by_name[name].status is Status.PASSED

    @property
    def checks(self) -> list[Check]:
        """In the ladder's order, the user's commands last."""
        return sorted(self.by_name.values(), key=lambda check: ORDER.get(check.name, len(ORDER)))
