from __future__ import annotations

from predict.told import CUDA, OFF, REQUIRE, SLIM, machine
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Strategy
from tf_docker_check.predict.predict import predict_on
from tf_docker_check.predict.table import predict_table
from tf_docker_check.resources.hosts import Host, hosts

HOSTS = (hosts()["ubuntu-24.04"], hosts()["g5"])


def of(strategy: Strategy, tensorflow: str, python: str, *on: Host) -> tuple[Cell, tuple[object, ...]]:
    cell = Cell(strategy.name, tensorflow, python, "")
    held = [(host, REQUIRE if strategy.gpu and host.gpus else OFF) for host in on or HOSTS]
    return cell, predict_on(cell, (strategy,), held, architecture="x86_64")


def test_one_row_for_an_image_and_each_reason_once() -> None:
    forecast = (of(SLIM, "2.14.0", "3.11"), of(SLIM, "2.21.0", "3.11"), of(CUDA, "2.21.0", "3.12"))
    assert predict_table(forecast, ["ubuntu-24.04", "g5"]) == (
        """\
IMAGE                 ubuntu-24.04      g5
slim/tf2.14.0/py3.11  fails: numpy-abi  fails: numpy-abi
slim/tf2.21.0/py3.11  works             works
cuda/tf2.21.0/py3.12  works             fails: cuda-lib-missing

fails (sure): slim/tf2.14.0/py3.11@ubuntu-24.04, slim/tf2.14.0/py3.11@g5
  pip chooses numpy 2.2.6, and TensorFlow 2.14.0 does not get along with it: _ARRAY_API not found, \
then numpy.core.umath failed to import
  do:  pin numpy<2

fails (sure): cuda/tf2.21.0/py3.12@g5
  tensorflow[and-cuda]==2.21.0 does not look where its own cusolver libraries are, and so registers no GPU
  do:  install tensorflow[and-cuda]==2.20.0, or set LD_LIBRARY_PATH to …/nvidia/cusolver/lib

3 images on 2 hosts: 3 works, 3 fails"""
    )


def test_why_names_rules_rows_and_their_sources() -> None:
    shown = predict_table((of(SLIM, "2.20.0", "3.12", machine("vm-without-avx")),), ["vm"], why=True)
    assert "rule avx, which rests on:" in shown
    assert "rule neighbours, which rests on:" in shown
    assert "    host vm-without-avx (not verified): default CPU models kvm64 and qemu64 of QEMU" in shown
    assert "    tensorflow 2.20.0 (verified): package index" in shown
    assert "Keras 3" in shown
    works = predict_table((of(SLIM, "2.21.0", "3.11"),), ["a", "b"], why=True)
    assert "no rule speaks against it" in works


def test_a_strangers_text_is_made_harmless() -> None:
    forecast = ((Cell("\x1b[2Jx", "", "", ""), of(SLIM, "2.21.0", "3.11")[1]),)
    assert "\x1b" not in predict_table(forecast, ["a\x1b[2J", "b"], why=True)
