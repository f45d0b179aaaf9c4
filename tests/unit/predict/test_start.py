from __future__ import annotations

from dataclasses import replace

import pytest

from predict.told import CUDA, OFF, REQUIRE, SLIM, machine, subject
from tf_docker_check.predict.start import start


@pytest.mark.parametrize(
    ("qemu", "verdict", "cause"),
    [
        ("", "fails", "arch-mismatch"),
        ("6.2", "fails", "cpu-instruction"),
        ("8.2", "degraded", "arch-mismatch"),
    ],
)
def test_an_image_for_another_architecture(qemu: str, verdict: str, cause: str) -> None:
    [found] = start(subject(SLIM, "2.21.0", "3.12"), machine("ubuntu-24.04-arm", qemu=qemu))
    assert (found.rule, str(found.verdict), found.cause) == ("architecture", verdict, cause)


@pytest.mark.parametrize(
    ("engine", "runc", "image", "verdict"),
    [
        ("20.10.7", "1.0.0-rc92", "python:3.11-slim", "fails"),
        ("20.10.7", "1.0.0-rc93", "python:3.11-slim", "unknown"),
        ("20.10.7", "", "python:3.11-slim", "unknown"),
        ("20.10.7", "1.0.0-rc92", "python:3.11-slim-bullseye", ""),  # its glibc does not call it
        ("20.10.10", "", "python:3.11-slim", ""),
        ("20.10.24+dfsg1", "", "python:3.11-slim", ""),
        ("", "", "python:3.11-slim", ""),
    ],
)
def test_engines_that_deny_threads(engine: str, runc: str, image: str, verdict: str) -> None:
    strategy = replace(SLIM, image=image)
    found = list(start(subject(strategy, "2.20.0"), machine("ubuntu-24.04", engine=engine, runc=runc)))
    assert [(one.rule, str(one.verdict)) for one in found] == ([("clone3", verdict)] if verdict else [])
    assert all("it works from engine 20.10.10 on" in one.reason for one in found)


@pytest.mark.parametrize(("gpu", "rules"), [(REQUIRE, ["gpu-request"]), (OFF, [])])
def test_a_gpu_without_the_toolkit_is_asked_for_in_vain(gpu: object, rules: list[str]) -> None:
    cell = replace(subject(CUDA, "2.20.0", "3.12"), gpu=gpu)
    assert [one.rule for one in start(cell, machine(toolkit="none"))] == rules
