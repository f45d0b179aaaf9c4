"""Run the checks in one container, then the user's own commands in one container each."""

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
from tf_docker_check.probe.check_specs import ORDER, CheckSpec, select_checks
from tf_docker_check.probe.commands import name_commands, run_commands
from tf_docker_check.probe.distributed import run_distributed_checks
from tf_docker_check.probe.evidence import check_evidence
from tf_docker_check.probe.judge import judge_check
from tf_docker_check.probe.listen import run_checks
from tf_docker_check.probe.request import PYTHONS, container
from tf_docker_check.probe.worker_commands import name_worker_commands, run_worker_commands

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
    """Run all checks of *image* within *timeout* seconds; each check also goes to *on_check* at once.

    `asked_tensorflow` is the version that the cell promises, empty if it promises none. `peer` is the second
    worker's image in the distributed checks, if it is another one. A failing image is a value; if the engine
    fails, the checks made before it are returned, and EngineError is raised if there are none.
    """
    recorder = CheckRecorder(asked_tensorflow, on_check, hashes=checks.profile == "full")
    specs, skipped = select_checks(checks, gpu)
    base = container(image, checks.run_options, labels, gpu)
    deadline, end, output = time.monotonic() + timeout, Exit(), ""
    try:
        end, output = _run_shared_checks(engine, base, specs, timeout, recorder)
        apart = [spec.name for spec in specs if spec.apart]
        if recorder.passed("import"):
            recorder.record_all(run_distributed_checks(engine, base, peer or image, apart, deadline))
        else:
            recorder.record_all(Check(name, Status.SKIPPED, "import did not pass") for name in apart)
        recorder.record_all(run_commands(engine, base, checks.commands, deadline))
        workers = name_worker_commands(checks.distributed_commands, checks.disable)
        recorder.record_all(run_worker_commands(engine, base, peer or image, workers, deadline))
    except CheckError as error:
        if not recorder.by_name:
            raise
        recorder.record_engine_failure(
            (
                *(spec.name for spec in specs),
                *name_commands(checks.commands),
                *name_worker_commands(checks.distributed_commands, checks.disable),
            ),
            error,
        )
    recorder.record_all(skipped)
    facts = {name: value for check in recorder.checks for name, value in check.facts.items()}
    return ProbeRun(tuple(recorder.checks), end, output, facts)


def _run_shared_checks(
    engine: Engine, base: RunRequest, specs: Sequence[CheckSpec], timeout: int, recorder: CheckRecorder
) -> tuple[Exit, str]:
    """Run the checks that share a container; return how it ended and what it printed. Raises EngineError."""
    ladder = tuple(spec for spec in specs if not spec.apart)
    python = engine.find_executable(base.image, PYTHONS, base.labels)
    if python:
        request = replace(base, entrypoint=(python,), command=("-",), after=recorder.check_evidence)
        return run_checks(engine, request, ladder, timeout, recorder.record)
    recorder.record(Check("interpreter", Status.FAILED, NO_PYTHON))
    recorder.record_all(Check(spec.name, Status.SKIPPED, "there is no Python") for spec in ladder[1:])
    return Exit(), ""


@dataclass
class CheckRecorder:
    """The checks so far, each judged and handed to the caller once."""

    requested: str
    on_check: OnCheck | None
    hashes: bool = False  # compare libraries with RECORD
    by_name: dict[str, Check] = field(default_factory=dict)

    def record(self, check: Check) -> None:
        final = judge_check(check, self.requested, self.by_name)
        self.by_name[final.name] = final
        if self.on_check:
            self.on_check(final)

    def record_all(self, checks: Iterable[Check]) -> None:
        for check in checks:
            self.record(check)

    def record_engine_failure(self, names: Iterable[str], error: CheckError) -> None:
        """Record a check for those of *names* that have none: the engine failed with *error*."""
        for name in names:
            known = any(check.status is Status.ERRORED for check in self.by_name.values())
            if name not in self.by_name and known:
                self.record(Check(name, Status.SKIPPED, "the engine failed before it"))
            elif name not in self.by_name:
                self.record(Check(name, Status.ERRORED, error.in_one_line))

    def check_evidence(self, files: ContainerFiles) -> None:
        """Compare what a passed import claims with the files that exist."""
        if self.passed("import"):
            known = {name: value for check in self.checks for name, value in check.facts.items()}
            self.record(check_evidence(known, files, hashes=self.hashes))

    def passed(self, name: str) -> bool:
        """Return whether the check *name* passed."""
        return name in self.by_name and self.by_name[name].status is Status.PASSED

    @property
    def checks(self) -> list[Check]:
        """Return all checks in order, the user's commands last."""
        return sorted(self.by_name.values(), key=lambda check: ORDER.get(check.name, len(ORDER)))
