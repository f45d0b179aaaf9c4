"""Run the user's own commands as two workers with TF_CONFIG, on a network of their own and on the host's."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event

from tf_docker_check.engine.protocol import Engine, RunRequest, RunResult
from tf_docker_check.errors import EngineError
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import WORKERS, Check
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line, tail
from tf_docker_check.probe.check_specs import NO_TIME
from tf_docker_check.probe.commands import NAME_LENGTH, TEXT_LINES
from tf_docker_check.probe.death import container_death, describe_death
from tf_docker_check.probe.networks import on_bridge, on_host

NETWORKS = {"bridge": on_bridge, "host": on_host}
LEAST = 5  # seconds needed to begin
GRACE = 20.0  # seconds that a worker has to end once the other one has failed
END_GRACE = 60.0  # and once the other one has ended well
QUIET = 45.0  # seconds without a word after TensorFlow's server has started: the workers wait for each other
SERVING = b"Started server with target"
EVERY = 0.5


def name_worker_commands(commands: Sequence[str], disabled: Sequence[str] = ()) -> dict[str, tuple[str, str]]:
    """Return network and command of each check by its name; *disabled*: checks that do not run."""
    names: dict[str, tuple[str, str]] = {}
    for number, command in enumerate(dict.fromkeys(commands), 1):
        for network in NETWORKS:
            if f"distributed-{network}" not in disabled:
                name = f"{WORKERS}{network}: {one_line(command, NAME_LENGTH)}"
                names[f"{name} (no. {number})" if name in names else name] = network, command
    return names


def run_worker_commands(
    engine: Engine,
    base: RunRequest,
    peer: Image,
    commands: Mapping[str, tuple[str, str]],
    deadline: float,
) -> Iterator[Check]:
    """Yield one check for each of *commands*, run by the image's sh in *base* and in *peer*, until *deadline*.

    Both work on the CPU: one GPU cannot be shared.
    """
    for name, (network, command) in commands.items():
        pair = [_worker(engine, replace(base, image=image), command) for image in (base.image, peer.id)]
        seconds = deadline - time.monotonic()
        if not all(request.entrypoint for request in pair):
            yield Check(name, Status.FAILED, "the image has no sh to run it with")
        elif seconds < LEAST:
            yield Check(name, Status.ERRORED, NO_TIME, began=False)
        else:
            yield _check(engine, name, network, pair, seconds)


def _worker(engine: Engine, request: RunRequest, command: str) -> RunRequest:
    shell = engine.find_executable(request.image, ("sh",), request.labels)
    entrypoint = (shell,) if shell else ()
    return replace(request, entrypoint=entrypoint, command=("-c", command), gpu=Gpu.OFF)


def _check(engine: Engine, name: str, network: str, pair: Sequence[RunRequest], seconds: float) -> Check:
    began = time.monotonic()
    try:
        with NETWORKS[network](engine, pair) as (placed, cluster):
            runs = [
                _Run(index, replace(request, environment={**request.environment, "TF_CONFIG": config}))
                for index, (request, config) in enumerate(zip(placed, _tf_configs(cluster), strict=True))
            ]
            waiting = _run_together(engine, runs, seconds)
    except EngineError as error:
        check = Check(name, Status.ERRORED, error.in_one_line)
    else:
        check = _judge(name, runs, waiting=waiting)
    return replace(check, seconds=round(time.monotonic() - began, 3))


def _tf_configs(cluster: Sequence[str]) -> Iterator[str]:
    for index in range(len(cluster)):
        task = {"type": "worker", "index": index}
        yield json.dumps({"cluster": {"worker": list(cluster)}, "task": task})


@dataclass
class _Run:
    """One worker's container.

    `printed`: when it last printed something; `serving`: that was the start of TensorFlow's server; `stop`: set
    where it was ended because of the other worker.
    """

    index: int
    request: RunRequest
    stop: Event = field(default_factory=Event)
    printed: float = field(default_factory=time.monotonic)
    serving: bool = False
    ended: float = 0.0
    result: RunResult | None = None

    def run(self, engine: Engine, seconds: float) -> None:
        request = replace(self.request, timeout=seconds, on_output=self._take, stop=self.stop)
        try:
            self.result = engine.run(request)
        finally:
            self.ended = time.monotonic()

    def _take(self, data: bytes) -> None:
        self.printed = time.monotonic()
        if data.strip():
            self.serving = SERVING in data

    @property
    def failed(self) -> bool:
        """Whether it ended by itself, and not well."""
        ran = self.result
        return ran is not None and not self.stop.is_set() and bool(ran.error or ran.exit.code)

    @property
    def text(self) -> str:
        """Return the end of what it printed."""
        return tail(self.result.output.decode("utf-8", "replace"), TEXT_LINES) if self.result else ""


def _run_together(engine: Engine, runs: Sequence[_Run], seconds: float) -> bool:
    """Run all to their end, the rest some time after the first; return whether they waited for each other."""
    waiting = False
    with ThreadPoolExecutor(len(runs)) as pool:
        futures = [pool.submit(run.run, engine, seconds) for run in runs]
        try:
            while not all(future.done() for future in futures):
                waiting = waiting or _are_waiting(runs)
                if waiting or _is_overdue(runs, futures):
                    _stop(runs)
                time.sleep(EVERY)
        finally:
            _stop(runs)
        for future in futures:
            future.result()
    return waiting


def _stop(runs: Sequence[_Run]) -> None:
    for run in runs:
        if not run.ended:
            run.stop.set()


def _are_waiting(runs: Sequence[_Run]) -> bool:
    """Whether no worker says anything after its server has started."""
    now = time.monotonic()
    return all(run.serving and not run.ended and now - run.printed > QUIET for run in runs)


def _is_overdue(runs: Sequence[_Run], futures: Sequence[Future[None]]) -> bool:
    """Whether a worker goes on too long after another one has ended."""
    now = time.monotonic()
    ended = [run for run, future in zip(runs, futures, strict=True) if future.done()]
    return any(now - run.ended > (GRACE if run.failed or not run.result else END_GRACE) for run in ended)


def _judge(name: str, runs: Sequence[_Run], *, waiting: bool) -> Check:
    """Judge the check *name* by the worker that failed first, else by one that did not end."""
    bad = sorted((run for run in runs if run.failed), key=lambda run: run.ended)
    late = [run for run in runs if run.result and run.result.exit.timed_out]
    if not bad and not late:
        return Check(name, Status.PASSED, text="\n".join(run.text for run in runs))
    culprit = (bad or late)[0]
    others = [run for run in runs if run is not culprit]
    text = "\n".join([culprit.text, *(f"worker {run.index}:\n{run.text}" for run in others)])
    if not bad:
        return _judge_late(name, late, text, waiting=waiting)
    ran = culprit.result
    assert ran is not None  # it failed
    if ran.error:
        status = Status.FAILED if ran.image_at_fault else Status.ERRORED
        return Check(name, status, one_line(f"worker {culprit.index}: {ran.error}"), text=text)
    death = container_death(ran.exit)
    reason = f"worker {culprit.index}: {describe_death(death, ran.exit.seconds)}"
    return Check(name, death.status, reason, text=text, death=death)


def _judge_late(name: str, late: Sequence[_Run], text: str, *, waiting: bool) -> Check:
    if waiting:
        reason = f"the workers wait for each other: nothing was printed for {QUIET:.0f} s after their servers started"
        return Check(name, Status.FAILED, reason, facts={"workers.waiting": True}, text=text)
    run = late[0]
    other = "the other one ended" if run.stop.is_set() else "both were started"
    seconds = run.result.exit.seconds if run.result else 0.0
    reason = f"worker {run.index} goes on {seconds:.0f} s after {other}"
    return Check(name, Status.FAILED, reason, text=text)
