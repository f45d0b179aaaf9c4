import pytest

from tf_docker_check.matrix.possible import why_impossible
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Strategy, UserDockerfile

OFFICIAL = Strategy("official", "tensorflow/tensorflow:{tensorflow}")
SLIM = Strategy("slim", "python:{python}-slim", ("tensorflow=={tensorflow}",))
CUDA = Strategy("cuda", "python:{python}-slim", ("tensorflow[and-cuda]=={tensorflow}",))
CPU = Strategy("cpu", "python:{python}-slim", ("tensorflow-cpu=={tensorflow}",))
GPU = Strategy("gpu", "python:{python}-slim", ("tensorflow-gpu=={tensorflow}",))
LOOSE = Strategy("loose", "python:3-slim", ("tensorflow",))
RANGE = Strategy("range", "python:{python}-slim", ("tensorflow<2.18",))
ANY_GPU = Strategy("gpu", "python:{python}-slim", ("tensorflow-gpu",))
AMAZON = Strategy("amazon", "amazonlinux:2", ("tensorflow=={tensorflow}",))
NEWER = Strategy("newer", "python:{python}-slim", ("tensorflow>=2.30",))
DIGEST = Strategy("digest", "tensorflow/tensorflow:{tensorflow}@sha256:" + "a" * 64)
ALPINE = Strategy("alpine", "python:{python}-alpine", ("tensorflow=={tensorflow}",))
ON_OFFICIAL = Strategy("over", "tensorflow/tensorflow:{tensorflow}", ("tensorflow==2.20.0",))
PY3 = Strategy("py3", "tensorflow/tensorflow:{tensorflow}-py3")
FIXED = Strategy("fixed", "python:3.11-slim", ("tensorflow=={tensorflow}",))


def judged(strategy, tensorflow, python="", architecture="x86_64", *below):
    return why_impossible(Cell(strategy.name, tensorflow, python, "cpu"), (strategy, *below), architecture)


@pytest.mark.parametrize(
    ("strategy", "tensorflow", "python", "architecture", "cause", "said"),
    [
        (SLIM, "2.21.0", "3.14", "x86_64", "no-wheel", "take Python 3.10, 3.11, 3.12 or 3.13"),
        (SLIM, "2.21.0", "3.9", "x86_64", "no-wheel", "or TensorFlow 2.20.0, the newest for this Python"),
        (SLIM, "2.21.0", "3.9.19", "x86_64", "no-wheel", "Python 3.9"),
        (SLIM, "2.9.0", "3.10", "aarch64", "no-wheel", "no wheel for aarch64"),
        (FIXED, "2.10.0", "", "x86_64", "no-wheel", "no wheel for Python 3.11"),
        (SLIM, "2.21.0", "3.15", "x86_64", "tag-not-found", "take python:3.14 or older"),
        (SLIM, "2.2.0", "3.5", "x86_64", "", "too old for the checks"),
        (CUDA, "2.15.0", "3.11", "x86_64", "no-wheel", "take TensorFlow 2.15.0.post1"),
        (CUDA, "2.14.0", "3.11", "x86_64", "no-wheel", "take Python 3.9 or 3.10"),
        (CPU, "2.16.1", "3.12", "aarch64", "no-wheel", "tensorflow-cpu 2.16.1 has no wheel for aarch64"),
        (CPU, "1.15.5", "3.7", "x86_64", "no-wheel", "there is no tensorflow-cpu 1.15.5"),
        (GPU, "2.13.0", "3.11", "x86_64", "package-removed", "ended with 2.11.0"),
        (LOOSE, "", "", "x86_64", "no-wheel", "no final tensorflow has a wheel for Python 3.14"),
        (RANGE, "", "3.13", "x86_64", "no-wheel", "tensorflow<2.18 has a wheel for Python 3.13"),
        (ALPINE, "2.21.0", "3.12", "x86_64", "musl-base", "musl"),
        (OFFICIAL, "2.17.1", "", "x86_64", "tag-not-found", "take 2.17.0, or"),
        (OFFICIAL, "2.17.0", "", "aarch64", "arch-mismatch", "linux/amd64 only"),
        (OFFICIAL, "2.1.0", "", "x86_64", "", "-py3"),
        (GPU, "2.11.0", "3.11", "x86_64", "no-wheel", "tensorflow-gpu 2.11.0 has no wheel for Python 3.11"),
        (ANY_GPU, "", "3.11", "x86_64", "package-removed", "2.12.0, which does nothing but fail"),
        (AMAZON, "2.21.0", "3.11", "x86_64", "glibc-too-old", "needs glibc 2.27, and amazonlinux:2 has 2.26"),
        (SLIM, "2.16.0", "3.12", "x86_64", "no-wheel", "2.16.0 was never released; take 2.16.1"),
        (ON_OFFICIAL, "2.10.0", "", "x86_64", "no-wheel", "no wheel for Python 3.8"),
    ],
)
def test_cells_that_cannot_exist(strategy, tensorflow, python, architecture, cause, said):
    impossible = judged(strategy, tensorflow, python, architecture)
    assert impossible.cause == cause
    assert said in f"{impossible.reason}; {impossible.remedy}"


@pytest.mark.parametrize(
    ("strategy", "tensorflow", "python", "architecture"),
    [
        (SLIM, "2.21.0", "3.13", "x86_64"),
        (SLIM, "2.16.1", "3.12", "aarch64"),
        (SLIM, "2.23.0", "3.14", "x86_64"),  # newer than the catalog: nobody knows
        (SLIM, "nightly", "3.14", "x86_64"),
        (CUDA, "2.15.0.post1", "3.11", "x86_64"),
        (GPU, "2.11.0", "3.10", "x86_64"),
        (OFFICIAL, "2.17.0", "", "x86_64"),
        (OFFICIAL, "2.9.1", "", "x86_64"),  # not known whether there is a tag: the registry decides
        (OFFICIAL, "nightly", "", "x86_64"),
        (PY3, "2.1.0", "", "x86_64"),
        (RANGE, "", "3.12", "x86_64"),
        (NEWER, "", "3.12", "x86_64"),  # what the catalog has nothing of may be there
        (AMAZON, "2.20.0", "3.11", "x86_64"),
        (DIGEST, "2.17.1", "", "x86_64"),  # the registry goes by the digest
    ],
)
def test_cells_that_can(strategy, tensorflow, python, architecture):
    assert judged(strategy, tensorflow, python, architecture) is None


def test_what_a_dockerfile_stands_on_rules_it_out():
    mine = Strategy("mine", dockerfile=UserDockerfile("Dockerfile"), on="slim")
    assert judged(mine, "2.21.0", "3.14", "x86_64", SLIM).cause == "no-wheel"
    assert judged(mine, "2.21.0", "3.13", "x86_64", SLIM) is None
