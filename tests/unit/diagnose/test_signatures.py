"""Every example line is found under its name, and no look-alike is."""

from __future__ import annotations

import io

import pytest

from tf_docker_check.diagnose import automaton
from tf_docker_check.diagnose.scan import scan, search_terms

MEANT = [(one.name, line) for one in search_terms() for line in one.look.matches]
ALIKE = [(one.name, line) for one in search_terms() for line in one.look.ignores]


def seen(line: str) -> set[str]:
    return set(scan(io.BytesIO(line.encode())))


@pytest.mark.parametrize(("name", "line"), MEANT)
def test_an_example_is_found(name, line):
    assert name in seen(line)


@pytest.mark.parametrize(("name", "line"), ALIKE)
def test_a_look_alike_is_not(name, line):
    assert name not in seen(line)


ORDINARY = [
    "#12 34.5 Collecting numpy<2.0.0,>=1.23.5 (from tensorflow==2.15.1)",
    "  Downloading tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl (572.6 MB)",
    "Successfully installed absl-py-2.1.0 numpy-1.26.4 protobuf-4.25.8 keras-2.15.0 tensorflow-2.15.1",
    "Get:7 http://mirror.example/debian bookworm/main amd64 Packages [8786 kB]",
    "Setting up libpython3.11-stdlib:amd64 (3.11.2-6) ...",
    "Epoch 3/100 - loss: 0.137 - accuracy: 0.132 - val_loss: 1.135",
    "2024-06-28 00:03:52.49: I tensorflow/core/common_runtime/executor.cc:1197] step 137 took 35 ms",
    " => [stage-1 4/7] RUN pip install -r requirements.txt  132.7s",
    "drwxr-xr-x 1 root root 4096 Jun 28 00:03 /usr/lib/python3/dist-packages2/module",
    "test_model.py::test_the_kernel_is_not_found PASSED",
]


@pytest.mark.parametrize("line", ORDINARY)
def test_an_ordinary_line_is_not_even_looked_at(line):
    """What is searched for first is rare, or every second line of a log would take the slow path."""
    pieces = (piece for one in search_terms() for piece in one.trigger)
    assert automaton.compile_any(pieces).search(line.encode()) is None
