from __future__ import annotations

import pytest

from tf_docker_check.diagnose.lines import add_lines
from tf_docker_check.model.blame import Change

DOCKERFILE = """\
FROM tensorflow/tensorflow:2.21.0
ENV LD_LIBRARY_PATH=/opt/lib KERAS_BACKEND=torch
RUN apt-get update && \\
    apt-get install -y libstdc++6 curl
COPY requirements.txt /tmp/
RUN pip install numpy==1.26.4 ml_dtypes tensorflow-io
RUN pip install -r /tmp/requirements.txt
RUN pip uninstall -y Keras
COPY --from=other /opt/conda/lib /opt/conda/lib
RUN <<EOF
uv pip install h5py
EOF
"""
LIB = "/usr/lib/x86_64-linux-gnu/"


@pytest.mark.parametrize(
    ("name", "after", "line"),
    [
        ("numpy", "1.26.4", 6),
        ("ml-dtypes", "0.5", 6),
        ("keras", "", 8),
        ("h5py", "3", 10),
        ("tensorflow", "2.20", 0),
        ("protobuf", "4.25.8", 0),
        ("scipy", "1", 0),
        ("LD_LIBRARY_PATH", "/opt/lib", 2),
        ("PYTHONPATH", "/x", 0),
        ("libstdc++.so.6", LIB + "libstdc++.so.6.0.33", 3),
        ("libz.so.1", "/opt/conda/lib/libz.so.1.3", 9),
        ("libssl.so.3", LIB + "libssl.so.3", 3),
        ("python", "3.12", 3),
        ("interpreter", "/opt/venv/bin/python", 0),
    ],
)
def test_the_line_that_names_it_or_alone_can_have_done_it(name: str, after: str, line: int) -> None:
    (found,) = add_lines([Change(name, "before", after)], DOCKERFILE)
    assert found.line == line
    shown = DOCKERFILE.splitlines()[line - 1].rstrip("\\ ").replace(" <<EOF", "") if line else ""
    assert found.instruction.startswith(shown)
    assert bool(found.instruction) == bool(line)


def test_the_only_installer_is_the_one() -> None:
    text = "FROM x\nRUN make\n run  pip install -r requirements.txt\n"
    (found,) = add_lines([Change("protobuf", "7.34.1", "4.25.8")], text)
    assert (found.line, found.instruction) == (3, "RUN pip install -r requirements.txt")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (Change("PATH", "/usr/bin", "/opt/venv/bin:/usr/bin"), 5),
        (Change("PYTHONPATH", "", "/x"), 4),
        (Change("files of tensorflow", "(5123)", ""), 3),
    ],
)
def test_a_path_is_set_and_files_are_lost_by_the_line_that_does_it(change: Change, line: int) -> None:
    text = (
        "FROM x\nRUN pip install tensorflow-cpu\nRUN pip uninstall -y tensorflow-cpu\n"
        "ENV PYTHONPATH=/x:$PATH\nENV PATH=/opt/venv/bin:$PATH\nENV A=$PATH PYTHONHOME=$PYTHONPATH\n"
    )
    (found,) = add_lines([change], text)
    assert found.line == line


@pytest.mark.parametrize("text", ["", "FROM", "what is this", "FROM x\0"])
def test_what_cannot_be_read_names_no_line(text: str) -> None:
    assert add_lines([Change("numpy", "1", "2")], text) == (Change("numpy", "1", "2"),)
