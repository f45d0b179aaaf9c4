from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, Strategy, UserDockerfile
from tf_docker_check.model.prediction import Verdict
from tf_docker_check.predict.predict import predict, predict_subject
from tf_docker_check.predict.subject import Subject
from tf_docker_check.resources.distributions import distributions
from tf_docker_check.resources.hosts import hosts
from tf_docker_check.resources.tensorflow import by_version, newest_for

OFFICIAL = Strategy("official", "tensorflow/tensorflow:{tensorflow}")
OFFICIAL_GPU = Strategy("official-gpu", "tensorflow/tensorflow:{tensorflow}-gpu", gpu=True)
SLIM = Strategy("slim", "python:{python}-slim", ("tensorflow=={tensorflow}",))
CUDA = Strategy("cuda", "python:{python}-slim", ("tensorflow[and-cuda]=={tensorflow}",), gpu=True)
CPU = replace(SLIM, install=("tensorflow-cpu=={tensorflow}",))
UNPINNED = replace(CUDA, install=("tensorflow[and-cuda]",))
HELD_CUDNN = replace(CUDA, install=(*CUDA.install, "nvidia-cudnn-cu12<9.11"))
HELD_NUMPY = replace(SLIM, install=(*SLIM.install, "numpy<2"))
FLOATING = replace(SLIM, image="python:3-slim", install=("tensorflow",))
MINE = Strategy("mine", dockerfile=UserDockerfile("Dockerfile"))


def told(strategy, tensorflow, python, host, gpu=Gpu.OFF, architecture="x86_64"):
    cell = Cell(strategy.name, tensorflow, python, "r")
    host = host if not isinstance(host, str) else hosts()[host]
    return predict(cell, (strategy,), host, architecture=architecture, gpu=gpu)


REQUIRE, STATIC, OFF = Gpu.REQUIRE, Gpu.STATIC, Gpu.OFF


@pytest.mark.parametrize(
    ("strategy", "tensorflow", "python", "host", "gpu", "verdict", "rule", "said"),
    [
        # a floating tag that moved to a Python no release supports
        (FLOATING, "", "", "ubuntu-24.04", OFF, "fails", "exists", "Python 3.14"),
        # official GPU images without the cuDNN their TensorFlow opens; as CPU images they are fine
        (OFFICIAL_GPU, "2.20.0", "", "g4dn", REQUIRE, "fails", "gpu-libraries", "libcudnn.so.9"),
        (OFFICIAL_GPU, "2.20.0", "", "ubuntu-24.04", STATIC, "fails", "gpu-libraries", "libcudnn.so.9"),
        (OFFICIAL_GPU, "2.20.0", "", "ubuntu-24.04", OFF, "works", "", ""),
        (OFFICIAL_GPU, "2.17.0", "", "g4dn", REQUIRE, "works", "", ""),
        (OFFICIAL_GPU, "2.15.0", "", "g4dn", REQUIRE, "unknown", "gpu-libraries", "not known"),
        (OFFICIAL, "2.20.0", "", "g4dn", REQUIRE, "fails", "gpu-libraries", "nothing brings"),
        # extras that do not look where their own libraries are
        (UNPINNED, "", "3.12", "g4dn", REQUIRE, "fails", "gpu-libraries", "cusolver"),
        (CUDA, "2.21.0", "3.12", "g4dn", REQUIRE, "fails", "gpu-libraries", "cusolver"),
        (CUDA, "2.16.1", "3.12", "g4dn", REQUIRE, "fails", "gpu-libraries", "cudnn"),
        (CUDA, "2.20.0", "3.11", "g4dn", REQUIRE, "works", "", ""),
        # GPU generations that an open range of cuDNN dropped
        (CUDA, "2.20.0", "3.12", "p3", REQUIRE, "fails", "cudnn-code", "9.28.0.42"),
        (HELD_CUDNN, "2.20.0", "3.11", "p3", REQUIRE, "works", "", ""),
        (CUDA, "2.19.0", "3.11", "p3", REQUIRE, "works", "", ""),
        # drivers
        (CUDA, "2.17.1", "3.12", "debian-11-driver-470", REQUIRE, "fails", "driver", "error 35"),
        (CUDA, "2.20.0", "3.12", "t4-runner", REQUIRE, "unknown", "driver", "works from 525.60.13"),
        (OFFICIAL_GPU, "2.17.0", "", "debian-11-driver-470", REQUIRE, "unknown", "clone3", "seccomp"),
        (CUDA, "2.20.0", "3.12", "ubuntu-24.04", REQUIRE, "fails", "gpu", "has no GPU"),
        # GPUs newer than the wheels
        (
            CUDA,
            "2.20.0",
            "3.12",
            "desktop-rtx-50",
            REQUIRE,
            "fails",
            "machine-code",
            "CUDA_ERROR_INVALID_PTX",
        ),
        (CUDA, "2.20.0", "3.12", "p6", REQUIRE, "unknown", "machine-code", "nobody reported"),
        (CUDA, "2.20.0", "3.11", "p5", REQUIRE, "works", "", ""),
        # builds that can use no GPU at all
        (CPU, "2.20.0", "3.12", "g4dn", REQUIRE, "fails", "gpu-build", "without CUDA"),
        (SLIM, "2.20.0", "3.12", "g4dn", REQUIRE, "fails", "gpu-libraries", "nothing brings"),
        # pins that do not hold
        (SLIM, "2.14.0", "3.11", "ubuntu-24.04", OFF, "fails", "neighbours", "numpy 2"),
        (HELD_NUMPY, "2.14.0", "3.11", "ubuntu-24.04", OFF, "works", "", ""),
        (SLIM, "2.20.0", "3.12", "ubuntu-24.04", OFF, "degraded", "neighbours", "pkg_resources"),
        (SLIM, "2.20.0", "3.11", "ubuntu-24.04", OFF, "works", "", ""),
        (SLIM, "2.10.0", "3.8", "ubuntu-24.04", OFF, "works", "", ""),
        # processors and engines
        (SLIM, "2.21.0", "3.12", "vm-without-avx", OFF, "fails", "avx", "132"),
        (SLIM, "2.21.0", "3.12", "cluster-driver-470", OFF, "unknown", "clone3", "seccomp"),
        (SLIM, "2.21.0", "3.12", "ubuntu-24.04-arm", OFF, "fails", "architecture", "exec format error"),
        # what nobody can tell before it is built
        (MINE, "", "", "ubuntu-24.04", OFF, "unknown", "content", "not known"),
        (SLIM, "nightly", "3.12", "ubuntu-24.04", OFF, "unknown", "content", "not known"),
    ],
)
def test_verdicts(strategy, tensorflow, python, host, gpu, verdict, rule, said):
    prediction = told(strategy, tensorflow, python, host, gpu)
    first = prediction.judgements[0] if prediction.judgements else None
    assert (str(prediction.verdict), first.rule if first else "") == (verdict, rule), prediction
    assert said in (first.reason if first else "")


def test_arm_images_run_on_arm():
    assert told(SLIM, "2.21.0", "3.12", "ubuntu-24.04-arm", architecture="aarch64").verdict is Verdict.WORKS
    on_gpu = replace(hosts()["g5"], architecture="aarch64")
    assert told(CUDA, "2.20.0", "3.12", on_gpu, REQUIRE, "aarch64").judgements[0].rule == "gpu-build"


def test_remedies_can_be_pasted():
    assert (
        told(CUDA, "2.20.0", "3.12", "p3", REQUIRE).judgements[0].remedy
        == "also install 'nvidia-cudnn-cu12<9.11'"
    )
    assert "tensorflow[and-cuda]==2.20.0" in told(CUDA, "2.21.0", "3.12", "g5", REQUIRE).judgements[0].remedy


def test_the_rows_it_rests_on_decide_how_sure_it_is():
    fails = told(CUDA, "2.21.0", "3.12", "g5", REQUIRE)
    assert fails.sure
    assert [row.row for row in fails.judgements[0].grounds] == ["tensorflow 2.21.0"]
    works = told(SLIM, "2.21.0", "3.11", "ubuntu-24.04")
    assert not works.sure  # the host's description is second-hand
    assert not told(CUDA, "2.20.0", "3.12", "t4-runner", REQUIRE).sure


def test_later_failures_hide_behind_the_first_and_degradations_do_not():
    prediction = told(SLIM, "2.20.0", "3.12", "vm-without-avx")
    assert [(one.rule, str(one.verdict)) for one in prediction.judgements] == [
        ("avx", "fails"),
        ("neighbours", "degraded"),
    ]


@pytest.mark.parametrize(("name", "rule"), [("alpine:3.22", "wheel"), ("amzn:2", "wheel"), ("debian:12", "")])
def test_the_c_library_of_the_image(name, rule):
    subject = Subject(name, release=by_version()["2.21.0"], distribution=distributions()[name])
    judgements = predict_subject(subject, hosts()["ubuntu-24.04"]).judgements
    assert [one.rule for one in judgements] == ([rule] if rule else [])


def test_an_engine_that_is_known_to_deny_threads():
    old = replace(hosts()["cluster-driver-470"], runc="1.0.0-rc92")
    assert told(SLIM, "2.21.0", "3.12", old).judgements[0].cause == "seccomp-syscall"


@pytest.mark.parametrize(("toolkit", "rule"), [("1.13.5", "start-gate"), ("1.18.0", "")])
def test_the_start_gate_is_evaluated_by_old_toolkits_only(toolkit, rule):
    host = replace(hosts()["g4dn"], driver="530.30.02", toolkit=toolkit)
    judgements = told(OFFICIAL_GPU, "2.17.0", "", host, REQUIRE).judgements
    assert [one.rule for one in judgements] == ([rule] if rule else [])


def test_what_the_distributions_own_python_gets():
    trixie = distributions()["debian:13"]
    assert (trixie.externally_managed, newest_for(trixie.python).version) == (True, "2.21.0")
    assert newest_for("3.11", glibc=distributions()["amzn:2"].glibc).version == "2.20.0"


def test_a_thousand_cells_take_less_than_half_a_second():
    cells = [
        (strategy, version, python)
        for strategy in (OFFICIAL_GPU, SLIM, CUDA, HELD_CUDNN, CPU)
        for version in by_version()
        for python in ("3.9", "3.10", "3.11")
    ][:1000]
    started = time.perf_counter()
    for strategy, version, python in cells:
        told(strategy, version, python, "g5", REQUIRE if strategy.gpu else OFF)
    assert time.perf_counter() - started < 0.5
