"""Strategies that the tests of this room predict for, and predictions in one call."""

from __future__ import annotations

from dataclasses import replace

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, Strategy, UserDockerfile
from tf_docker_check.model.prediction import Prediction
from tf_docker_check.predict.predict import predict
from tf_docker_check.predict.subject import subject_of
from tf_docker_check.predict.written import read_from_dockerfile
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.hosts import Host, hosts
from tf_docker_check.rules.subject import Pip, Subject

OFF, STATIC, REQUIRE = Gpu.OFF, Gpu.STATIC, Gpu.REQUIRE
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


def told(
    strategy: Strategy,
    tensorflow: str,
    python: str,
    host: str | Host,
    gpu: Gpu = OFF,
    architecture: str = "x86_64",
) -> Prediction:
    """The prediction for one cell; *host* may be a profile's name."""
    cell = Cell(strategy.name, tensorflow, python, "r")
    machine = hosts()[host] if isinstance(host, str) else host
    return predict(cell, (strategy,), machine, architecture=architecture, gpu=gpu)


def first(prediction: Prediction) -> tuple[str, str]:
    """The verdict and the rule that decides it."""
    return str(prediction.verdict), prediction.judgements[0].rule if prediction.judgements else ""


def of_dockerfile(text: str, host: str | Host = "ubuntu-24.04", gpu: Gpu = OFF) -> Prediction:
    """The prediction for a user's Dockerfile on its own FROM."""
    written = read_from_dockerfile(MINE, text, "linux/amd64")
    machine = hosts()[host] if isinstance(host, str) else host
    cell = Cell("mine", "", "", "r")
    return predict(cell, (MINE,), machine, architecture="x86_64", gpu=gpu, written=written)


def subject(strategy: Strategy, tensorflow: str = "", python: str = "", pip: Pip = Pip.OWN) -> Subject:
    """What is known of a strategy's image."""
    return subject_of(Cell(strategy.name, tensorflow, python, ""), (strategy,), "x86_64", pip)


def on_distribution(distribution: Distribution, strategy: Strategy, *versions: str) -> Subject:
    """As `subject`, on that distribution."""
    known = subject(strategy, *versions)
    return replace(known, base=replace(known.base, distribution=distribution))


def machine(profile: str = "g4dn", **changes: object) -> Host:
    """A profile with changes."""
    return replace(hosts()[profile], **changes)  # type: ignore[arg-type]
