"""The rules together: what they come to, in the order of blame."""

from __future__ import annotations

import pytest

from predict.told import (
    CPU,
    CUDA,
    FLOATING,
    HELD_CUDNN,
    HELD_NUMPY,
    MINE,
    OFF,
    OFFICIAL,
    OFFICIAL_GPU,
    REQUIRE,
    SLIM,
    STATIC,
    UNPINNED,
    first,
    machine,
    told,
)
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Strategy
from tf_docker_check.model.prediction import Verdict
from tf_docker_check.predict.predict import predict_on
from tf_docker_check.resources.hosts import hosts

GEFORCE = {"gpu": "RTX 3000", "driver": "470.256.02"}


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
    assert first(prediction) == (verdict, rule), prediction
    assert said in "".join(one.reason for one in prediction.judgements[:1])


@pytest.mark.parametrize(
    ("strategy", "tensorflow", "python", "host", "gpu", "verdict", "rule", "said"),
    [
        # the newest is not the best: neither as an extra nor as an image
        (UNPINNED, "", "3.12", "g4dn", REQUIRE, "fails", "gpu-libraries", "2.21.0"),
        (OFFICIAL_GPU, "2.18.0", "", "g4dn", REQUIRE, "fails", "gpu-libraries", "libcudnn.so.9"),
        (OFFICIAL_GPU, "2.17.0", "", "g4dn", REQUIRE, "works", "", ""),
        (CUDA, "2.20.0", "3.11", "g4dn", REQUIRE, "works", "", ""),
        # extras that do not install, or are not there
        (CUDA, "2.15.0", "3.11", "g4dn", REQUIRE, "fails", "exists", "cannot be installed"),
        (CUDA, "2.14.1", "3.11", "g4dn", REQUIRE, "fails", "exists", "cannot be installed on Python 3.11"),
        (CUDA, "2.13.1", "3.11", "g4dn", OFF, "degraded", "extra", "no extra"),
        (CUDA, "2.13.1", "3.11", "g4dn", REQUIRE, "fails", "gpu-libraries", "nothing brings"),
        # AVX is what it takes, and AVX2 is not
        (SLIM, "2.21.0", "3.11", "vm-without-avx", OFF, "fails", "avx", "132"),
        (SLIM, "2.21.0", "3.11", machine("vm-without-avx", cpu=("avx",)), OFF, "works", "", ""),
        # a pin on TensorFlow alone
        (SLIM, "2.9.3", "3.10", "ubuntu-24.04", OFF, "fails", "neighbours", "numpy 2"),
        (SLIM, "2.4.0", "3.8", "ubuntu-24.04", OFF, "fails", "neighbours", "protobuf"),
        (SLIM, "2.6.0", "3.9", "ubuntu-24.04", OFF, "fails", "neighbours", ""),
        (SLIM, "2.19.0", "3.12", "ubuntu-24.04", OFF, "degraded", "neighbours", "tensorboard"),
        # patch releases are wheels and no images
        (OFFICIAL, "2.18.1", "", "ubuntu-24.04", OFF, "fails", "exists", "never had an image"),
        (SLIM, "2.18.1", "3.11", "ubuntu-24.04", OFF, "works", "", ""),
        (OFFICIAL, "2.15.0.post1", "", "ubuntu-24.04", OFF, "fails", "exists", "never had an image"),
        (OFFICIAL, "2.9.1", "", "ubuntu-24.04", OFF, "unknown", "content", "not known"),
        # no forward compatibility for a GeForce
        (OFFICIAL_GPU, "2.17.0", "", machine(**GEFORCE, toolkit="1.18.0"), REQUIRE, "fails", "driver", "804"),
        # a driver that does says nothing of libraries
        (OFFICIAL_GPU, "2.20.0", "", machine(driver="595.91.07"), REQUIRE, "fails", "gpu-libraries", "cudnn"),
        # a gate that is not evaluated: the same driver fails later
        (
            OFFICIAL_GPU,
            "2.17.0",
            "",
            machine(**GEFORCE, toolkit="1.17.8", engine="28.0.4"),
            REQUIRE,
            "fails",
            "start-gate",
            "unsatisfied condition",
        ),
        # CUDA builds among the first
        (SLIM, "1.15.0", "3.7", "g4dn", REQUIRE, "fails", "neighbours", "protobuf"),
        (SLIM, "1.15.2", "3.6", "g4dn", REQUIRE, "fails", "gpu-build", "without CUDA"),
        (SLIM, "1.15.0", "3.6", "g4dn", REQUIRE, "fails", "gpu-libraries", "nothing brings"),
    ],
)
def test_what_most_users_get_wrong(strategy, tensorflow, python, host, gpu, verdict, rule, said):
    prediction = told(strategy, tensorflow, python, host, gpu)
    assert first(prediction) == (verdict, rule), prediction
    assert said in "".join(one.reason for one in prediction.judgements[:1])


def test_a_wheel_for_arm_is_never_one_for_gpus():
    host = machine("g5", architecture="aarch64")
    for tensorflow, python in (("2.12.1", "3.11"), ("2.20.0", "3.12")):
        assert "gpu-build" in {
            one.rule for one in told(CUDA, tensorflow, python, host, REQUIRE, "aarch64").judgements
        }


def test_several_hosts_are_judged_as_one_by_one():
    cell, line = Cell("cuda", "2.20.0", "3.12", ""), (CUDA,)
    pairs = [(host, REQUIRE if host.gpus else OFF) for host in hosts().values()]
    together = predict_on(cell, line, pairs, architecture="x86_64")
    assert together == tuple(told(CUDA, "2.20.0", "3.12", host, gpu) for host, gpu in pairs)
    assert [one.host for one in together] == list(hosts())


def test_what_only_our_checks_cannot_do_says_nothing_of_the_image():
    assert first(
        told(Strategy("old", "python:{python}-slim", ("tensorflow==2.2.0",)), "2.2.0", "3.5", "g5")
    ) == (
        "unknown",
        "exists",
    )


def test_arm_images_run_on_arm():
    assert told(SLIM, "2.21.0", "3.12", "ubuntu-24.04-arm", architecture="aarch64").verdict is Verdict.WORKS
    on_gpu = machine("g5", architecture="aarch64")
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
    assert [row.row for row in fails.judgements[0].sources] == ["tensorflow 2.21.0"]
    works = told(SLIM, "2.21.0", "3.11", "ubuntu-24.04")
    assert not works.sure  # the host's description is second-hand
    assert not told(CUDA, "2.20.0", "3.12", "t4-runner", REQUIRE).sure


def test_later_failures_hide_behind_the_first_and_degradations_do_not():
    prediction = told(SLIM, "2.20.0", "3.12", "vm-without-avx")
    assert [(one.rule, str(one.verdict)) for one in prediction.judgements] == [
        ("avx", "fails"),
        ("neighbours", "degraded"),
    ]
