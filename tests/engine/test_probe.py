"""The ladder against real containers and a real TensorFlow."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from lab import images
from lab.stand_ins import BY_REFERENCE
from tf_docker_check.engine import labels as our_labels
from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import BuildRequest, Engine, RunRequest
from tf_docker_check.model.config import Checks, Gpu, RunOptions
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import Check, ProbeRun
from tf_docker_check.model.status import Status
from tf_docker_check.probe.distributed import run_distributed_checks
from tf_docker_check.probe.run import run_ladder
from tf_docker_check.probe.snippets import snippet

pytestmark = pytest.mark.engine

TENSORFLOW = "tensorflow/tensorflow:2.21.0"
PYTHON = "python:3.11-slim"
STANDARD = Checks()
FAKES = {
    "crash": "import os; print('last words'); os.abort()",
    "hang": "import time; print('waiting'); time.sleep(999)",
    "loud": "for _ in range(300_000): print('x' * 99)\nraise ImportError('at last')",
    "greedy": "x = b'x' * (400 << 20)",
    "forger": "print(chr(30) + 'tfdc:' + '0' * 32 + ' {}')\nraise ImportError('real')",
}


@pytest.fixture(scope="module")
def engine(docker_host: str) -> Iterator[Engine]:
    found = connect(docker_host)
    yield found
    found.close()


@pytest.fixture(scope="module")
def tensorflow(docker_host: str, engine: Engine) -> Image:
    """A TensorFlow image of the lab's."""
    return have(docker_host, engine, TENSORFLOW)


@pytest.fixture(scope="module")
def fakes(docker_host: str, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """An image with a folder /fakes/NAME for each of FAKES, each holding a `tensorflow`."""
    base, context = have(docker_host, engine, PYTHON), tmp_path_factory.mktemp("fakes")
    for name, text in FAKES.items():
        (context / name / "tensorflow").mkdir(parents=True)
        (context / name / "tensorflow/__init__.py").write_text(text)
    yield from built(engine, f"FROM {base.reference}\nCOPY . /fakes/\nWORKDIR /fakes\n", context)


@pytest.fixture(scope="module")
def old_protobuf(
    tensorflow: Image, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Image]:
    """TensorFlow 2.21 beside the protobuf of 2024."""
    text = f"FROM {tensorflow.reference}\nRUN python3 -m pip install --no-cache-dir protobuf==4.25.8\n"
    yield from built(engine, text, tmp_path_factory.mktemp("protobuf"))


def have(docker_host: str, engine: Engine, reference: str) -> Image:
    images.ensure(docker_host, [reference])
    image = engine.inspect(BY_REFERENCE[reference].tag)
    assert image
    return image


def built(engine: Engine, dockerfile: str, context: Path) -> Iterator[Image]:
    labels = our_labels.run_labels(f"test-{uuid.uuid4().hex}")
    tag = f"tf-docker-check-tests/probe:{uuid.uuid4().hex}"
    result = engine.build(BuildRequest(dockerfile, str(context), tag=tag, labels=labels))
    assert result.image, result.error + result.log
    yield result.image
    engine.sweep(labels)


def run_checks(
    engine: Engine,
    image: Image,
    labels: Mapping[str, str],
    *,
    checks: Checks = STANDARD,
    asked: str = "",
    gpu: Gpu = Gpu.OFF,
    timeout: int = 240,
) -> tuple[dict[str, Check], ProbeRun]:
    run = run_ladder(
        engine, image, asked_tensorflow=asked, checks=checks, gpu=gpu, timeout=timeout, labels=labels
    )
    return {check.name: check for check in run.checks}, run


def faked(name: str, **options: object) -> Checks:
    environment = (("PYTHONPATH", f"/fakes/{name}"),)
    return Checks(profile="quick", run_options=RunOptions(environment=environment, **options))  # type: ignore[arg-type]


def test_a_healthy_image_passes_every_rung(
    engine: Engine, tensorflow: Image, labels: Mapping[str, str]
) -> None:
    checks, run = run_checks(engine, tensorflow, labels, checks=Checks(profile="full"), asked="2.21.0")
    climbed = {name: check for name, check in checks.items() if not name.startswith("gpu-")}
    assert {name for name, check in climbed.items() if check.status is not Status.PASSED} == set()
    assert run.facts["tensorflow.version"] == "2.21.0"
    assert run.facts["requirements.broken"] == []
    assert run.facts["packages.count"] > 10
    assert run.exit.code == 0
    assert "absl::InitializeLog" in run.output  # what TensorFlow itself writes, on every CPU
    assert "tfdc:" not in run.output


def test_a_locked_down_container_passes_as_well(
    engine: Engine, tensorflow: Image, labels: Mapping[str, str]
) -> None:
    options = RunOptions(user="1234:1234", network="none")
    checks, run = run_checks(engine, tensorflow, labels, checks=Checks(run_options=options))
    assert checks["keras"].status is Status.PASSED
    assert run.facts["user.uid"] == 1234


def test_a_read_only_root_is_reported_as_what_it_is(
    engine: Engine, tensorflow: Image, labels: Mapping[str, str]
) -> None:
    checks, run = run_checks(
        engine, tensorflow, labels, checks=Checks("quick", run_options=RunOptions(read_only=True))
    )
    assert checks["import"].reason.startswith("FileNotFoundError: [Errno 2] No usable temporary directory")
    assert run.facts["user.tmp"] is None


def test_a_module_that_shadows_the_librarys_harms_only_who_needs_it(
    engine: Engine, tensorflow: Image, labels: Mapping[str, str], tmp_path: Path
) -> None:
    for path in ("harmless/resource.py", "harmful/ctypes.py"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text("")
    text = f"FROM {tensorflow.reference}\nCOPY . /app/\n"
    for image in built(engine, text, tmp_path):
        for folder, status in (("harmless", Status.PASSED), ("harmful", Status.FAILED)):
            options = RunOptions(environment=(("PYTHONPATH", f"/app/{folder}"),))
            checks, _ = run_checks(engine, image, labels, checks=Checks("quick", run_options=options))
            assert checks["environment"].status is Status.PASSED
            assert checks["import"].status is status, checks["import"].reason


def test_another_version_than_asked_for_fails(
    engine: Engine, tensorflow: Image, labels: Mapping[str, str]
) -> None:
    checks, _ = run_checks(engine, tensorflow, labels, checks=Checks("quick"), asked="2.20.0")
    assert checks["environment"].status is Status.FAILED
    assert checks["environment"].reason.startswith("asked for TensorFlow 2.20.0, found tensorflow")


def test_a_broken_import_is_pinned_and_explained_by_facts(
    engine: Engine, old_protobuf: Image, labels: Mapping[str, str]
) -> None:
    checks, run = run_checks(engine, old_protobuf, labels)
    assert checks["import"].status is Status.FAILED
    assert "cannot import name 'runtime_version' from 'google.protobuf'" in checks["import"].reason
    assert "Traceback" in checks["import"].text
    assert {check.reason for name, check in checks.items() if name in ("matmul", "keras")} == {
        "import failed"
    }
    broken = run.facts["requirements.broken"]
    assert [(one["name"], one["found"]) for one in broken] == [("protobuf", "4.25.8")]


def test_what_the_user_is_given_to_paste_works_where_the_rungs_do(
    engine: Engine, tensorflow: Image, labels: Mapping[str, str]
) -> None:
    rungs = ("import", "devices", "matmul", "conv", "xla", "gradient", "data", "savedmodel", "keras", "fit")
    program = "\n".join(snippet(Check(rung, Status.FAILED), "2.21.0") for rung in rungs)
    request = RunRequest(tensorflow.id, ("-c", program), entrypoint=("python3",), labels=labels, timeout=120)
    ran = engine.run(request)
    assert ran.exit.code == 0, ran.output


def test_the_pasted_line_fails_where_the_rung_does(
    engine: Engine, old_protobuf: Image, labels: Mapping[str, str]
) -> None:
    command = ("-c", snippet(Check("import", Status.FAILED), "2.21.0"))
    ran = engine.run(
        RunRequest(old_protobuf.id, command, entrypoint=("python3",), labels=labels, timeout=120)
    )
    assert ran.exit.code == 1
    assert b"runtime_version" in ran.output


def test_a_crash(engine: Engine, fakes: Image, labels: Mapping[str, str]) -> None:
    checks, run = run_checks(engine, fakes, labels, checks=faked("crash"))
    assert checks["import"].reason == "killed by SIGABRT"
    assert "last words" in checks["import"].text
    assert checks["matmul"].reason == "the process died in import (killed by SIGABRT)"
    assert run.exit.signal == "SIGABRT"


def test_a_hang_ends_in_time_and_leaves_no_container(
    engine: Engine, fakes: Image, labels: Mapping[str, str]
) -> None:
    began = time.monotonic()
    checks, run = run_checks(engine, fakes, labels, checks=faked("hang"), timeout=4)
    assert time.monotonic() - began < 15
    assert checks["import"].reason == "timed out after 4 s"
    assert "waiting" in checks["import"].text
    assert run.exit.timed_out
    assert engine.sweep(labels) == 0


def test_out_of_memory(engine: Engine, fakes: Image, labels: Mapping[str, str]) -> None:
    checks, run = run_checks(engine, fakes, labels, checks=faked("greedy", memory="100m"))
    assert checks["import"].reason == "killed by the kernel, out of memory"
    assert run.facts["limits.memory"] == 100 << 20


def test_thirty_megabytes_of_chatter(engine: Engine, fakes: Image, labels: Mapping[str, str]) -> None:
    checks, run = run_checks(engine, fakes, labels, checks=faked("loud"))
    assert checks["import"].reason == "ImportError: at last"
    assert len(run.output) < 1 << 20


def test_forged_evidence(engine: Engine, fakes: Image, labels: Mapping[str, str]) -> None:
    checks, run = run_checks(engine, fakes, labels, checks=faked("forger"))
    assert checks["import"].reason == "ImportError: real"
    assert "tfdc:000" in run.output


FORGER = """#!/bin/sh
nonce=$(sed -n 's/.*"nonce": "\\([0-9a-f]*\\)".*/\\1/p' | head -n 1)
for rung in interpreter environment import devices matmul; do
    for kind in start end; do
        printf '\\036tfdc:%s {"kind": "%s", "rung": "%s", "at": 0, "status": "passed"}\\n' $nonce $kind $rung
    done
done
"""


def test_a_script_in_the_place_of_python_is_no_pass(
    engine: Engine, shell_image: str, labels: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "python3").write_text(FORGER)
    (tmp_path / "python3").chmod(0o755)
    for image in built(engine, f"FROM {shell_image}\nCOPY python3 /bin/python3\n", tmp_path):
        checks, run = run_checks(engine, image, labels, checks=Checks("quick"))
        assert checks["import"].status is Status.PASSED
        assert checks["evidence"].status is Status.FAILED, run.output
        assert "no compiled library of TensorFlow" in checks["evidence"].reason


def test_odd_layouts_are_confirmed_all_the_same(
    engine: Engine, tensorflow: Image, labels: Mapping[str, str], tmp_path: Path
) -> None:
    site = "/usr/local/lib/python3.11/dist-packages"
    (tmp_path / "python3").write_text('#!/bin/sh\nexec /usr/bin/python3 "$@"\n')  # as pyenv's shims
    (tmp_path / "python3").chmod(0o755)
    text = (
        f"FROM {tensorflow.reference}\nCOPY python3 /shims/\nENV PATH=/shims:$PATH\n"
        f"RUN mv {site} /opt/elsewhere && ln -s /opt/elsewhere {site} && rm {site}/tensorflow*-info/RECORD\n"
    )
    for image in built(engine, text, tmp_path):
        checks, _ = run_checks(engine, image, labels, checks=Checks("quick"))
        assert checks["evidence"].status is Status.PASSED, checks["evidence"].reason


def test_workers_that_hang_end_in_time_and_leave_neither_container_nor_network(
    engine: Engine, fakes: Image, labels: Mapping[str, str]
) -> None:
    base = RunRequest(fakes.id, (), environment={"PYTHONPATH": "/fakes/hang"}, labels=labels)
    began = time.monotonic()
    names = ("distributed-bridge", "distributed-host")
    (bridge, host) = run_distributed_checks(engine, base, fakes, names, began + 24)
    assert time.monotonic() - began < 45
    assert bridge.reason.startswith("worker 0: import: timed out after ")
    assert host.status is not Status.PASSED
    assert engine.sweep(labels) == 0


def test_an_image_without_python_but_with_a_shell(
    engine: Engine, shell_image: str, labels: Mapping[str, str]
) -> None:
    image = engine.inspect(shell_image)
    assert image
    checks, _ = run_checks(engine, image, labels, checks=Checks(commands=("echo hello; exit 3", "true")))
    assert checks["interpreter"].reason == "the image has no python3 or python along its PATH"
    failing = checks["command: echo hello; exit 3"]
    assert (failing.status, failing.reason, failing.text) == (
        Status.FAILED,
        "ended with exit code 3",
        "hello",
    )
    assert checks["command: true"].status is Status.PASSED


def test_a_promised_gpu_that_is_not_there_is_never_a_pass(
    engine: Engine, fakes: Image, labels: Mapping[str, str]
) -> None:
    if engine.info().gpu_ways:
        pytest.skip("this engine may have a GPU to give")
    checks, _ = run_checks(engine, fakes, labels, gpu=Gpu.REQUIRE)
    assert checks["interpreter"].status is Status.ERRORED
    assert not [check for check in checks.values() if check.status is Status.PASSED]
