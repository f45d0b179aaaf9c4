from __future__ import annotations

from probe.conftest import NONCE, line
from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.model.observation import Check, Exit
from tf_docker_check.model.status import Status
from tf_docker_check.probe.check_specs import select_checks
from tf_docker_check.probe.check_stream import MAX_FACTS, MAX_FACTS_SIZE, CheckStreamParser
from tf_docker_check.probe.messages import ProbeMessage, Reader

QUICK = select_checks(Checks(profile="quick"), Gpu.OFF)[0]
GOOD = Exit(0, seconds=9.0)


def run_checks(
    stream: bytes, end: Exit = GOOD, error: str = "", *, image_at_fault: bool = False
) -> dict[str, Check]:
    """The checks of the quick ladder that a recorded *stream* shows, in the order they were told."""
    told: list[Check] = []
    reader, climbing = Reader(NONCE), CheckStreamParser(QUICK, told.append)
    for item in [*reader.feed(stream), *reader.end()]:
        if isinstance(item, ProbeMessage):
            climbing.feed(item)
        else:
            climbing.feed_text(item)
    climbing.finish(end, error, image_at_fault=image_at_fault)
    assert len({check.name for check in told}) == len(told) == len(QUICK)
    return {check.name: check for check in told}


def passed(*rungs: str) -> bytes:
    return b"".join(
        line("start", at, rung=rung) + line("end", at + 0.5, rung=rung, status="passed", reason="")
        for at, rung in enumerate(rungs)
    )


def summary(checks: dict[str, Check]) -> str:
    return " ".join(f"{name}:{check.status}" for name, check in checks.items())


def test_a_healthy_climb() -> None:
    stream = passed("interpreter", "environment")
    stream += line("start", 2, rung="import") + line("fact", 2, name="tensorflow.version", value="2.21.0")
    stream += b"oneDNN custom operations are on\n" + line("end", 5, rung="import", status="passed")
    checks = run_checks(stream + passed("devices", "matmul") + line("done"))
    assert {check.status for check in checks.values()} == {Status.PASSED}
    assert checks["import"] == Check(
        "import", Status.PASSED, seconds=3.0, facts={"tensorflow.version": "2.21.0"}
    )


def test_a_failing_rung_brings_its_reason_and_its_traceback() -> None:
    stream = passed("interpreter", "environment") + line("start", 2, rung="import")
    stream += line("text", text="Traceback…\n  File …\n") + line("text", text="ImportError: no\n")
    stream += line("end", 3, rung="import", status="failed", reason="ImportError: no")
    stream += line("start", rung="devices")
    stream += line("end", rung="devices", status="skipped", reason="import failed")
    checks = run_checks(stream)
    assert checks["import"].reason == "ImportError: no"
    assert checks["import"].text == "Traceback…\n  File …\nImportError: no"
    assert checks["devices"].status is Status.SKIPPED


def test_a_crash_is_pinned_to_the_rung_in_flight_with_what_it_printed() -> None:
    stream = passed("interpreter", "environment") + line("start", 2, rung="import")
    stream += b"Fatal Python error: Illegal instruction\n"
    stream += line("ended", 4, stage="tensorflow", code=0, signal=4, late=False, oom=False) + line("done")
    checks = run_checks(stream, Exit(132, "SIGILL"))
    assert checks["import"].status is Status.FAILED
    assert checks["import"].reason == "killed by SIGILL"
    assert checks["import"].seconds == 2.0
    assert "Illegal instruction" in checks["import"].text
    for later in ("devices", "matmul"):
        assert checks[later].status is Status.SKIPPED
        assert checks[later].reason == "the process died in import (killed by SIGILL)"


def test_when_the_container_itself_is_killed_the_engine_says_how() -> None:
    stream = passed("interpreter", "environment") + line("start", 2, rung="import") + b"Loading\n"
    checks = run_checks(stream, Exit(137, "SIGKILL", oom_killed=True, seconds=12))
    assert checks["import"].reason == "killed by the kernel, out of memory"
    checks = run_checks(stream, Exit(137, "SIGKILL", timed_out=True, seconds=62))
    assert checks["import"].reason == "timed out after 60 s"
    assert checks["import"].text == "Loading"


def test_a_process_that_leaves_without_a_word_has_failed() -> None:
    stream = passed("interpreter", "environment") + line("start", rung="import")
    stream += line("ended", stage="tensorflow", code=0, signal=0, late=False, oom=False)
    assert run_checks(stream)["import"].reason == "ended with exit code 0"


def test_an_interpreter_that_never_ran_the_script_has_failed() -> None:
    checks = run_checks(b"hello from a python that is none\n", Exit(0))
    assert checks["interpreter"].status is Status.FAILED
    assert checks["interpreter"].reason == "ended with exit code 0 before this check"
    assert checks["matmul"].status is Status.SKIPPED


def test_a_container_that_never_started_is_nobodys_failure() -> None:
    checks = run_checks(b"", Exit(), "could not select device driver")
    assert checks["interpreter"].status is Status.ERRORED
    assert checks["import"].status is Status.SKIPPED
    checks = run_checks(b"", Exit(), "exec /usr/bin/python3: exec format error", image_at_fault=True)
    assert checks["interpreter"].status is Status.FAILED


def test_what_somebody_else_ended_is_nobodys_failure_and_one_that_kills_itself_is() -> None:
    stream = passed("interpreter", "environment") + line("start", rung="import")
    for order in ("kill", "pause", "remove"):
        check = run_checks(stream, Exit(137, "SIGKILL", seconds=5, stopped_by=order))["import"]
        assert (check.status, order in check.reason) == (Status.ERRORED, True)
    assert run_checks(stream, Exit(137, "SIGKILL", seconds=5))["import"].status is Status.FAILED


def test_frames_that_cannot_come_now_change_nothing() -> None:
    noise = (
        line("end", rung="import", status="passed")  # before its start
        + line("start", rung="no-such-rung")
        + line("start", rung=["import"])
        + line("fact", name="a", value=1)  # nothing in flight
        + line("ended", stage="tensorflow", signal=11)
        + line("unheard-of")
    )
    inside = (
        line("start", 1, rung="matmul")  # another in flight
        + line("end", rung="matmul", status="passed")
        + line("end", rung="interpreter", status="no such status")
        + line("fact", name="no good name!", value=1)
        + line("fact", name="valueless")
        + line("text", text=7)
        + line("ended", stage="tensorflow", signal=9)  # not this rung's process
    )
    interpreter = line("start", 0, rung="interpreter") + inside
    interpreter += line("end", 1, rung="interpreter", status="passed")
    repeated = line("start", rung="interpreter") + line("end", rung="interpreter", status="failed")
    stream = noise + interpreter + repeated + passed("environment", "import", "devices", "matmul")
    checks = run_checks(stream)
    assert {check.status for check in checks.values()} == {Status.PASSED}
    assert checks["interpreter"].facts == {}


def test_a_rung_that_was_jumped_has_failed_and_nothing_after_it_counts() -> None:
    assert summary(run_checks(passed("interpreter", "import", "matmul"))) == (
        "interpreter:passed environment:failed import:skipped devices:skipped matmul:skipped"
    )


def test_a_container_that_ends_between_two_checks_has_failed_the_next() -> None:
    checks = run_checks(passed("interpreter", "environment"), Exit(137, "SIGKILL"))
    assert checks["import"].status is Status.FAILED
    assert checks["import"].reason == "killed by SIGKILL before this check"
    assert checks["devices"].status is Status.SKIPPED


def test_a_stage_that_used_up_the_time_leaves_none_for_the_next() -> None:
    stream = line("start", 0, rung="interpreter")
    stream += line("ended", 60, stage="python", code=0, signal=9, late=True, oom=False) + line("done", 60)
    checks = run_checks(stream, Exit(124))
    assert checks["interpreter"].reason == "timed out after 60 s"
    assert checks["environment"].reason == "the process died in interpreter (timed out after 60 s)"
    assert (checks["import"].status, checks["import"].reason) == (Status.SKIPPED, "no time was left for it")


def test_facts_are_bounded_and_the_first_word_counts() -> None:
    stream = line("start", rung="interpreter") + line("fact", name="a", value=1)
    stream += b"".join(line("fact", name=f"n{n}", value=n) for n in range(MAX_FACTS + 50))
    stream += line("fact", name="a", value=2) + line("end", rung="interpreter", status="passed")
    facts = run_checks(stream)["interpreter"].facts
    assert facts["a"] == 1
    assert len(facts) == MAX_FACTS


def test_facts_that_are_too_much_together_are_left_out() -> None:
    stream = line("start", rung="interpreter")
    stream += b"".join(line("fact", name=f"n{n}", value="x" * 30_000) for n in range(100))
    stream += line("end", rung="interpreter", status="passed")
    check = run_checks(stream)["interpreter"]
    assert check.status is Status.PASSED
    assert 0 < len(check.facts) <= MAX_FACTS_SIZE // 30_000
