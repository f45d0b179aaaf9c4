"""What a RUN line installs: one answer, whichever verb asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.model.config import Config, Strategy, UserDockerfile
from tf_docker_check.plan.detect import detect
from tf_docker_check.predict.written import read_from_dockerfile
from tf_docker_check.requirements.requirement import parse_requirement
from tf_docker_check.rules.stage import all_tensorflow_installs

LINES = {
    "RUN pip install tensorflow==2.20.0": ["tensorflow==2.20.0"],
    "RUN pip install 'tensorflow[and-cuda]~=2.19.0' numpy": ["tensorflow[and-cuda]~=2.19.0"],
    "RUN echo install tensorflow==2.20.0": [],
    "RUN pip download tensorflow": [],
    "RUN pip wheel tensorflow && pip uninstall -y tensorflow-cpu": [],
    "RUN pip install numpy # install tensorflow==2.20.0": [],
    "RUN pip install numpy && echo tensorflow==2.20.0": [],
    "RUN pip install tf-nightly": ["tf-nightly"],
    "RUN pip install intel-tensorflow==2.15.0": ["intel-tensorflow==2.15.0"],
    "RUN pip install tensorflow-aarch64": ["tensorflow-aarch64"],
    "RUN pip install tensorflow_rocm": ["tensorflow-rocm"],
    "RUN <<EOF\nset -e\npip install \\\n  tensorflow==2.20.0\nEOF": ["tensorflow==2.20.0"],
    "RUN <<EOF cat > /x\npip install tensorflow\nEOF": [],
    "ARG TF=2.20.0\nRUN pip install tensorflow==${TF}": ["tensorflow==2.20.0"],
    "ARG TF\nRUN pip install tensorflow==${TF:-2.20.0}": ["tensorflow==2.20.0"],
    "ENV V=v2.20.0-gpu\nRUN T=${V#v} && pip install tensorflow==${T%-*}": ["tensorflow==2.20.0"],
    "RUN pip install tensorflow==$NOBODY_KNOWS": ["tensorflow==$NOBODY_KNOWS"],
    "RUN pip install \"tensorflow; python_version < '3.9'\" 'numpy<2'": [],
    "RUN pip install 'tensorflow-cpu; python_version >= \"3.9\"'": [
        'tensorflow-cpu; python_version >= "3.9"'
    ],
    "RUN bash -euxc 'python3 -m pip install tensorflow==2.20.0'": ["tensorflow==2.20.0"],
    'RUN ["sh", "-c", "pip install tensorflow==2.20.0"]': ["tensorflow==2.20.0"],
    'ENV PIP="python -m pip --no-cache-dir"\nRUN $PIP install tensorflow==2.20.0': ["tensorflow==2.20.0"],
    "RUN uv pip install --system tensorflow==2.20.0": ["tensorflow==2.20.0"],
    "RUN timeout 600 pip install -q tensorflow==2.20.0; true": ["tensorflow==2.20.0"],
    "RUN conda run -n tf pip install tensorflow==2.20.0": ["tensorflow==2.20.0"],
    "RUN poetry add tensorflow==2.20.0": ["tensorflow==2.20.0"],
    "RUN conda install -y -c conda-forge tensorflow=2.20": ["tensorflow==2.20.*"],
    "RUN apt-get install -y python3-tensorflow": [],
    "RUN for V in 2.19.0 2.20.0; do pip install tensorflow==$V; done": [
        "tensorflow==2.19.0",
        "tensorflow==2.20.0",
    ],
}


@pytest.mark.parametrize(("line", "expected"), LINES.items(), ids=range(len(LINES)))
def test_every_verb_has_the_same_answer(line: str, expected: list[str], tmp_path: Path) -> None:
    text = f"FROM python:3.12-slim\n{line}\n"
    assert by_lint(text) == expected
    assert by_predict(text) == [
        f"{one.split('=')[0]} @ elsewhere" if "conda inst" in line else one for one in expected
    ]
    (tmp_path / "Dockerfile").write_text(text)
    assert by_plan(tmp_path) == [one for one in expected if parse_requirement(one).brings_release]


def by_lint(text: str) -> list[str]:
    source = Source(Path("Dockerfile"), "Dockerfile", text)
    *_, stage = read_stages(source)
    return [str(install.wanted.requirement) for install in all_tensorflow_installs(stage)]


def by_predict(text: str) -> list[str]:
    strategy = Strategy("mine", dockerfile=UserDockerfile("Dockerfile"))
    lines = read_from_dockerfile(strategy, text, "linux/amd64").strategy.install
    return [line for line in lines if parse_requirement(line).brings_tensorflow]


def by_plan(project: Path) -> list[str]:
    own = UserDockerfile("Dockerfile")
    config = Config(strategies=(), tensorflow=("auto",), python=("auto",), dockerfile=own)
    return list(detect(project, config).requirements)
