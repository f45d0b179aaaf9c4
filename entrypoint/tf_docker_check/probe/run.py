"""Climb the ladder in one container, then run the user's own commands in one container each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from tf_docker_check.engine.protocol import Engine
from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import Check, Exit, ProbeRun
from tf_docker_check.model.status import Status
from tf_docker_check.probe.commands import run_commands
from tf_docker_check.probe.distributed import distributed
from tf_docker_check.probe.judge import judged
from tf_docker_check.probe.listen import climb
from tf_docker_check.probe.request import PYTHONS, container
from tf_docker_check.probe.rungs import ORDER, to_climb

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
    value; EngineError means that the engine itself failed.
    """
    deadline = time.monotonic() + timeout
    told = _Told(asked_tensorflow, on_check)
    rungs, skipped = to_climb(checks, gpu)
    ladder = tuple(rung for rung in rungs if not rung.apart)
    base = container(image, checks.run_options, labels, gpu)
    python = engine.find_executable(base.image, PYTHONS, labels)
    if python:
        request = replace(base, entrypoint=(python,), command=("-",))
        end, output = climb(engine, request, ladder, timeout, told.tell)
    else:
        end, output = Exit(), ""
        told.tell(Check("interpreter", Status.FAILED, NO_PYTHON))
        told.tell_all(Check(rung.name, Status.SKIPPED, "there is no Python") for rung in ladder[1:])
    told.tell_all(skipped)
    apart = [rung.name for rung in rungs if rung.apart]
    if told.passed("import"):
        told.tell_all(distributed(engine, base, peer or image, apart, deadline))
    else:
        told.tell_all(Check(name, Status.SKIPPED, "import did not pass") for name in apart)
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

    def passed(self, name: str) -> bool:
        """Whether the check *name* did."""
        return name in self.by_name and self.by_name[name].status is Status.PASSED

    @property
    def checks(self) -> list[Check]:
        """In the ladder's order, the user's commands last."""
        return sorted(self.by_name.values(), key=lambda check: ORDER.get(check.name, len(ORDER)))
