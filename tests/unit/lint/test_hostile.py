"""Files made to take long: what lint does with them takes seconds at most."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lint.projects import checked, written
from tf_docker_check.discovery.files import MOST_BYTES, Files
from tf_docker_check.dockerfile.parse import LONGEST_LINE
from tf_docker_check.lint.fix import fix
from tf_docker_check.project.find import find_files

TF = "FROM tensorflow/tensorflow:2.17.0-gpu\n"


def filled(piece: str, head: str = "", tail: str = "") -> str:
    """*piece* as often as a file can hold, or an instruction where it is no line of its own."""
    room = MOST_BYTES - len(head + tail) - 100
    if "\n" in piece:
        return head + piece * (room // len(piece)) + tail
    return head + piece * ((LONGEST_LINE - 200) // len(piece)) + tail


def chain(copies: int) -> str:
    """Stages each on the one before, with packages of it too: what they hold would double each time."""
    steps = (
        f"FROM s{n} AS s{n + 1}\nCOPY --from=s{n} /opt/venv /v\nRUN pip install x\n" for n in range(copies)
    )
    return "FROM python:3.11 AS s0\nRUN pip install tensorflow\n" + "".join(steps)


SERVICE = "  s{}: {{build: {{context: ., args: {{V: '{}'}}}}}}\n"
FILES: Mapping[str, Mapping[str, str]] = {
    "stages": {"Dockerfile": filled("FROM x\n")},
    "stages on stages": {"Dockerfile": chain(99)},
    "runs of pip": {"Dockerfile": filled("RUN pip install tensorflow\n", TF)},
    "commands": {"Dockerfile": filled(" && pip install tensorflow", f"{TF}RUN true", "\n")},
    "requirements": {"Dockerfile": filled(" tensorflow-gpu", f"{TF}RUN pip install", "\n")},
    "variables": {"Dockerfile": filled("${a", f"ARG a=1\n{TF}ARG a=$a$a\nENV b=", "\n")},
    "variables in a name": {"Dockerfile": filled("${a", "ARG a=1\nFROM ", "\n")},
    "a long folder": {"Dockerfile": filled("a", f"{TF}ENV LD_LIBRARY_PATH=", "\n")},
    "folders of stubs": {"Dockerfile": filled("a/stubs:", f"{TF}ENV LD_LIBRARY_PATH=", "\n")},
    "links": {"Dockerfile": filled("RUN ln -s /x/stubs/libcuda.so /y\n", TF)},
    "packages": {"Dockerfile": filled(" libncurses5", f"{TF}RUN apt-get install git", "\n")},
    "blanks": {"Dockerfile": filled(" ", f"{TF}RUN apt-get install git", "libncurses5\n")},
    "comments": {"Dockerfile": filled("# tf-docker-check: ignore=TFD010 for a reason\n", TF, "RUN x\n")},
    "quotes": {"Dockerfile": filled("'\"", f"{TF}RUN ", "\n")},
    "parentheses": {"Dockerfile": filled("$(", f"{TF}RUN ", "\n")},
    "a heredoc without end": {"Dockerfile": filled("<<A ", f"{TF}RUN ", "\n")},
    "a list": {"Dockerfile": filled('"\\"', f"{TF}RUN [", "]\n")},
    "files again": {
        "Dockerfile": TF + "RUN pip install -r requirements.txt\n" * 2000,
        "requirements.txt": filled("tensorflow-gpu\nnumpy==2.1\n"),
    },
    "a file that includes itself": {
        "Dockerfile": f"{TF}RUN pip install -r requirements.txt\n",
        "requirements.txt": filled("-r requirements.txt\n-r ./requirements.txt\n-r x\n"),
    },
    "markers": {
        "Dockerfile": TF,
        "requirements.txt": f"tensorflow; {'(' * 500_000}\n",
        "requirements-dev.txt": f"tensorflow; {'(' * 150}\n" * 500,
    },
    "specifiers": {"Dockerfile": TF, "requirements.txt": f"tensorflow{'>=1,' * 200_000}\n"},
    "a cluster": {
        "compose.yml": filled("a", 'services: {a: {environment: {TF_CONFIG: \'"cluster"', "'}}}\n")
    },
    "services": {
        "compose.yml": "services:\n" + "".join(SERVICE.format(n, n) for n in range(500)),
        "Dockerfile": TF + "RUN pip install x\n" * 200,
    },
    "an instruction of a megabyte": {"Dockerfile": filled("  x \\\n", f"{TF}RUN \\\n", "\n")},
}


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_it_ends_soon(files: Mapping[str, str], tmp_path: Path) -> None:
    report = checked(written(tmp_path, files))
    assert report.files == len(files)


@pytest.mark.timeout(60)
def test_many_edits_are_made_at_once(tmp_path: Path) -> None:
    text = f"{TF}RUN apt-get update && apt-get install -y git" + " libncurses5" * 2000 + "\n"
    files = Files((written(tmp_path, {"Dockerfile": text}),))
    fixed = fix(find_files([tmp_path], lambda _: None), files)
    assert fixed.texts[tmp_path / "Dockerfile"] == f"{TF}RUN apt-get update && apt-get install -y git\n"
    assert fixed.fixed == 2000
