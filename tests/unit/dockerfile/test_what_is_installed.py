"""What a build installs: from which file and line, with which Python, and what was not understood."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.rules.stage import all_tensorflow_installs

TF = "tensorflow==2.15.0"
FILES = {
    "requirements.txt": f"# why\n{TF}\n",
    "prod.txt": f"{TF}\n",
    "base.txt": "numpy\n",
    "docker/requirements.txt": "-r ../prod.txt\n",
    "c.txt": "tensorflow<2.16\n",
    "app/pyproject.toml": f'[project]\nname = "a"\n[project.optional-dependencies]\nml = ["{TF}"]\n',
    "dynamic/pyproject.toml": '[project]\nname = "a"\ndynamic = ["dependencies"]\n'
    "[tool.setuptools.dynamic]\ndependencies = {file = 'r.txt'}\n",
    "dynamic/r.txt": TF,
    "grouped/pyproject.toml": f'[dependency-groups]\nml = ["{TF}"]\n',
    "old/setup.py": f'from setuptools import setup\nN = ["{TF}"]\nsetup(install_requires=N)\n',
    "cfg/setup.cfg": f"[options]\ninstall_requires =\n  {TF}\n",
    "computed/setup.py": "from setuptools import setup\nsetup(install_requires=read())\n",
    "poetry/pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.9"\ntensorflow = "^2.15"\n',
    "locked/pyproject.toml": '[tool.poetry.dependencies]\ntensorflow = "^2.15"\n',
    "locked/poetry.lock": '[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n'
    "[package.dependencies]\ntensorflow-intel = {version = '2.15.1', markers = 'os_name == \"nt\"'}\n"
    '[[package]]\nname = "tensorflow-intel"\nversion = "2.15.1"\n',
    "uv/uv.lock": '[[package]]\nname = "a"\nversion = "0"\nsource = { virtual = "." }\n'
    'dependencies = [{ name = "tensorflow" }]\n[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n',
    "pdm/pdm.lock": '[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n',
    "pipenv/Pipfile": '[packages]\ntensorflow = "==2.15.0"\n',
    "pipenv-locked/Pipfile.lock": '{"default": {"tensorflow": {"version": "==2.15.1"}}}',
    "pylock.toml": '[[packages]]\nname = "tensorflow"\nversion = "2.15.1"\n',
    "environment.yml": f"name: tf\ndependencies:\n- python=3.9\n- numpy\n- pip:\n  - {TF}\n",
    "conda.yml": "dependencies: [python=3.9, tensorflow=2.10]\n",
    "scripts/deps.sh": 'HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)\npip install -r $HERE/r.txt\n',
    "scripts/r.txt": TF,
    "install.sh": "set -e\npip install \\\n  tensorflow==2.15.0\n",
    "Makefile": "PIP ?= pip3\nall: deps\n\techo done\ndeps: x\n\t@$(PIP) install \\\n\t  tensorflow==2.15.0\n",
    "left-out.txt": TF,
    ".dockerignore": "left*\n",
}
INSTALLED = {
    # requirement files, as the build sees them
    "COPY requirements.txt .\nRUN pip install -r requirements.txt": ["requirements.txt:2"],
    "COPY prod.txt /tmp/requirements.txt\nRUN pip install -r /tmp/requirements.txt": ["prod.txt:1"],
    "COPY prod.txt base.txt /r/\nRUN pip install -r /r/prod.txt": ["prod.txt:1"],
    "COPY *.txt /r/\nRUN pip install -r /r/prod.txt": ["prod.txt:1"],
    "COPY docker /d\nCOPY prod.txt /\nWORKDIR /d\nRUN pip install -r requirements.txt": ["prod.txt:1"],
    "WORKDIR /app\nCOPY . .\nRUN cd docker && pip install -r ./requirements.txt": ["prod.txt:1"],
    "COPY . /app\nRUN (cd /app && pip3 install -rprod.txt)": ["prod.txt:1"],
    "ENV A=/app\nWORKDIR $A\nCOPY prod.txt $A/r.txt\nRUN pip install -r ${A}/r.txt": ["prod.txt:1"],
    "ARG D\nCOPY prod.txt $D/r.txt\nRUN pip install -r $D/r.txt": ["prod.txt:1"],
    "ADD prod.txt /app\nRUN pip install --requirement=/app/prod.txt": ["prod.txt:1"],
    "RUN --mount=type=bind,source=prod.txt,target=/r.txt pip install -r /r.txt": ["prod.txt:1"],
    "WORKDIR /w\nRUN --mount=type=bind,target=. pip install -r prod.txt": ["prod.txt:1"],
    "COPY prod.txt /a.txt\nRUN cp /a.txt /b.txt && pip install -r /b.txt": ["prod.txt:1"],
    "COPY prod.txt /a/r.txt\nRUN mv /a /b\nRUN pip install -r /b/r.txt": ["prod.txt:1"],
    "COPY prod.txt /\nENV PIP_REQUIREMENT=/prod.txt\nRUN pip install -U": ["prod.txt:1"],
    "COPY c.txt /c.txt\nENV PIP_CONSTRAINT=/c.txt\nRUN pip install tensorflow": ["Dockerfile:4 <2.16"],
    "COPY c.txt .\nRUN uv pip install --system -c c.txt tensorflow": ["Dockerfile:3 <2.16"],
    "COPY prod.txt .\nRUN cat prod.txt | xargs -n 1 pip install": ["prod.txt:1"],
    "COPY prod.txt .\nRUN xargs pip install < prod.txt": ["prod.txt:1"],
    "COPY prod.txt .\nRUN pip install $(cat prod.txt)": ["prod.txt:1"],
    "COPY prod.txt .\nRUN pip-sync prod.txt": ["prod.txt:1"],
    # projects and locks
    "COPY app .\nRUN pip install .[ml]": ["pyproject.toml:4"],
    "COPY . /src\nRUN pip install -e '/src/app[ml]'": ["pyproject.toml:4"],
    "COPY dynamic .\nRUN pip install .": ["r.txt:1"],
    "COPY grouped .\nRUN pip install --group ml": ["pyproject.toml:2"],
    "COPY old .\nRUN python3 setup.py install": ["setup.py:2"],
    "COPY cfg .\nRUN pip install .": ["setup.cfg:3"],
    "COPY poetry .\nRUN poetry install --no-root": ["pyproject.toml:3 <3,>=2.15"],
    "COPY locked .\nRUN python -m poetry install": ["poetry.lock:2 ==2.15.1"],
    "COPY locked .\nRUN poetry export -f requirements.txt -o r.txt\nRUN pip install -r r.txt": [
        "poetry.lock:2 ==2.15.1"
    ],
    "COPY uv .\nRUN uv sync --frozen": ["uv.lock:7 ==2.15.1"],
    "COPY pdm .\nRUN pdm install --prod": ["pdm.lock:2 ==2.15.1"],
    "COPY pipenv .\nRUN pipenv install --system": ["Pipfile:2"],
    "COPY pipenv-locked .\nRUN pipenv sync": ["Pipfile.lock:1 ==2.15.1"],
    "COPY pylock.toml .\nRUN pip install -r pylock.toml": ["pylock.toml:2 ==2.15.1"],
    "COPY environment.yml .\nRUN conda env create": ["environment.yml:6 py3.9"],
    "COPY conda.yml .\nRUN mamba env update -f conda.yml": ["conda.yml:1 ==2.10.* py3.9"],
    # ways to call an installer
    f"RUN pip install {TF}": ["Dockerfile:2"],
    f'ARG PIP="python3 -m pip"\nRUN $PIP install {TF}': ["Dockerfile:3"],
    f'RUN P="pip --no-cache-dir install" && $P {TF}': ["Dockerfile:2"],
    f"ENV PY=/usr/bin/python3\nRUN ${{PY}} -m pip install {TF}": ["Dockerfile:3"],
    f"RUN sh -exc 'pip install {TF}'": ["Dockerfile:2"],
    f"RUN /opt/v/bin/pip install {TF}": ["Dockerfile:2"],
    f"RUN easy_install {TF}": ["Dockerfile:2"],
    "RUN pip install https://h.example/w/tensorflow-2.15.0-cp311-cp311-linux_x86_64.whl": ["Dockerfile:2"],
    f"RUN pip wheel -w /w {TF}\nRUN pip install /w/*.whl": ["Dockerfile:2"],
    "COPY install.sh /\nRUN chmod +x /install.sh && /install.sh": ["install.sh:3"],
    "COPY install.sh .\nRUN bash ./install.sh": ["install.sh:3"],
    "COPY scripts /s\nRUN /s/deps.sh": ["r.txt:1"],
    "COPY prod.txt .\nRUN while read P; do pip install $P; done < prod.txt": ["prod.txt:1"],
    f"RUN sudo -H -u me env -u X pip install {TF}": ["Dockerfile:2"],
    "COPY Makefile .\nRUN make": ["Makefile:6"],
    "COPY . /src\nRUN make -C /src deps": ["Makefile:6"],
    f"RUN pip wheel -w /w {TF} && pip wheel -w /w numpy\nRUN pip install /w/*.whl": ["Dockerfile:2"],
    f"RUN for P in numpy {TF}; do pip install $P; done": ["Dockerfile:2"],
    f"RUN su - user -c 'pip install {TF}'": ["Dockerfile:2"],
    f"COPY <<EOF /r.txt\n{TF}\nEOF\nRUN pip install -r /r.txt": ["Dockerfile:3"],
    f"RUN cat > r.txt <<-'EOF' && pip install -r r.txt\n\tnumpy\n\t{TF}\nEOF": ["Dockerfile:4"],
    # conditions that are known
    f'ARG GPU=0\nRUN if [ "$GPU" = 1 ]; then pip install tensorflow; else pip install {TF}; fi': [
        "Dockerfile:3"
    ],
    f"ARG GPU=0\nRUN [ $GPU -gt 0 ] && pip install tensorflow || pip install {TF}": ["Dockerfile:3"],
    f'RUN if [ $(uname -m) = "x86_64" ]; then pip install {TF}; else pip install x; fi': ["Dockerfile:2"],
    f"RUN pip install {TF} https://h.example/a-1.0-py3-none-any.whl git+https://h.example/x": [
        "Dockerfile:2"
    ],
    "RUN false && pip install tensorflow": ["Dockerfile:2"],
}
UNREAD = {
    "RUN pip install -r requirements.txt": "requirements.txt was not found in the build context",
    "COPY left-out.txt .\nRUN pip install -r left-out.txt": "left-out.txt was not found in the build context",
    "RUN git clone https://h.example/x.git && pip install -r x/r.txt": "what https://h.example/x.git holds is not read",
    "ADD https://h.example/r.txt /\nRUN pip install -r /r.txt": "what https://h.example/r.txt holds is not read",
    "COPY prod.txt .\nRUN sed -i s/a/b/ prod.txt && pip install -r prod.txt": (
        "sed changes prod.txt, so what is in it is not known"
    ),
    "COPY prod.txt .\nRUN grep -v x prod.txt > r.txt && pip install -r r.txt": (
        "grep writes r.txt, so what is in it is not known"
    ),
    "COPY --from=x.example/y:1 /opt/venv /opt/venv": "what is copied from x.example/y:1 is not read",
    "COPY computed .\nRUN pip install .": "install_requires is computed",
    "RUN pip install $WHAT": "$WHAT is not read",
    "RUN pip install tensorflow==$V": "the value of a variable in tensorflow==$V is not known",
    "RUN pip install git+https://h.example/tf-x": "git+https://h.example/tf-x is not read",
    "RUN pip install git+ssh://git@h.example/a/b.git@v1#egg=keras-x": (
        "git+ssh://git@h.example/a/b.git@v1#egg=keras-x is not read"
    ),
    "RUN pip install https://h.example/x/archive/main.zip": "https://h.example/x/archive/main.zip is not read",
    "RUN echo x | xargs pip install": "what xargs passes on is not known",
    "RUN pip freeze | pip install -r /dev/stdin": "what is piped to pip is not known",
    "RUN uv sync": "neither uv.lock nor pyproject.toml was found",
    "RUN conda env create -f e.yml": "e.yml was not found in the build context",
    "ARG GPU\nRUN if [ $GPU ]; then pip install tensorflow; fi": (
        "whether tensorflow is installed depends on a condition"
    ),
    "RUN pip install tensorflow-text": "which TensorFlow comes with tensorflow-text is not read",
    "COPY app /a\nRUN sh /a/run.sh": "what /a/run.sh does is not read",
}
PYTHONS = {
    "FROM python:3.9\nRUN pip install x": "3.9",
    "FROM python:3.9\nRUN apt-get install -y python3.11 && pip install x": "3.9",
    "FROM ubuntu:22.04\nRUN apt-get install -y python3-pip && pip3 install x": "3.10",
    "FROM ubuntu:22.04\nRUN apt-get install -y python3.11 && pip install x": "",
    "FROM ubuntu:22.04\nRUN ln -sf /usr/bin/python3.11 /usr/bin/python3 && python3 -m pip install x": "3.11",
    "FROM ubuntu:22.04\nRUN python3.11 get-pip.py && pip install x": "3.11",
    "FROM debian:12\nRUN python3.9 -m venv /v && /v/bin/pip install x": "3.9",
    "FROM python:3.9\nRUN python -m venv /v\nENV PATH=/v/bin:$PATH\nRUN pip install x": "3.9",
    "FROM debian:12\nRUN python3.9 -m venv /v && . /v/bin/activate && pip install x": "3.9",
    "FROM python:3.10\nRUN python3.9 -m venv /v && . /v/bin/activate\nRUN pip install x": "3.10",
    'FROM x.example/c\nRUN conda create -n e python=3.8\nSHELL ["conda", "run", "-n", "e"]\nRUN pip install x': "3.8",
    "FROM debian:12\nRUN uv venv --python 3.12 /v\nENV PATH=/v/bin:$PATH\nRUN pip install x": "3.12",
    "FROM debian:12\nRUN uv pip install --python 3.12 x": "3.12",
    "FROM x.example/conda\nRUN conda install -y python=3.8 && pip install x": "3.8",
    "FROM x.example/conda\nRUN conda create -n e python=3.8\nRUN conda run -n e pip install x": "3.8",
    "FROM x.example/conda\nRUN conda create -n e python=3.8\nRUN pip install x": "",
    "FROM python:3.11\nRUN conda create -n e python=3.8 x": "3.8",
    "FROM python:3.11\nRUN conda create -n e x": "",
    "FROM debian:12\nRUN wget https://h/Miniconda3-py310_23-Linux.sh && pip install x": "3.10",
    "FROM debian:12\nRUN pyenv install 3.9 && pip install x": "",
    "FROM x.example/base\nRUN pip install x": "",
}


def last_stage(text: str, files: Mapping[str, str] = FILES) -> Stage:
    def lookup(name: str) -> Source | None:
        return Source(Path(name), name, files[name]) if name in files else None

    return read_stages(Source(Path("Dockerfile"), "Dockerfile", text), lookup=lookup)[-1]


@pytest.mark.parametrize(("lines", "expected"), INSTALLED.items(), ids=range(len(INSTALLED)))
def test_where_a_tensorflow_comes_from(lines: str, expected: list[str]) -> None:
    stage = last_stage(f"FROM python:3.11\n{lines}\n")
    found = [
        f"{one.span.source.path.name}:{one.span.begins[0]}"
        f"{'' if str(one.specifier) == '==2.15.0' else f' {one.specifier}'}"
        f"{'' if run.python == '3.11' else f' py{run.python}'}"
        for run in stage.all_pip_installs
        for one in run.tensorflows
    ]
    assert found == ([] if "false" in lines else expected)
    assert stage.all_unread == ()


@pytest.mark.parametrize(("lines", "reason"), UNREAD.items(), ids=range(len(UNREAD)))
def test_what_is_not_understood_is_named(lines: str, reason: str) -> None:
    stage = last_stage(f"FROM python:3.11\n{lines}\n")
    assert [one.reason for one in stage.all_unread] == [reason]
    assert not any(run.sure and run.tensorflows for run in stage.all_pip_installs if "==$V" not in lines)


@pytest.mark.parametrize(("text", "python"), PYTHONS.items(), ids=range(len(PYTHONS)))
def test_the_python_that_is_installed_for(text: str, python: str) -> None:
    assert last_stage(f"{text}\n").all_pip_installs[-1].python == python


def test_markers_are_judged_by_that_python() -> None:
    words = "\"tensorflow; python_version < '3.10'\" \"numpy; python_version > '3.9'\""
    (run,) = last_stage(f"FROM debian:12\nRUN python3.9 -m pip install {words}\n").all_pip_installs
    assert [one.name for one in run.requirements] == ["tensorflow"]


def test_a_marker_about_a_python_that_is_not_known_decides_nothing() -> None:
    words = "\"tensorflow-cpu; python_version < '3.9'\" \"tensorflow; python_version > '3.8'\" numpy"
    stage = last_stage(
        f"FROM x.example/base\nRUN pip install {words} \"protobuf<4; python_version < '3.9'\"\n"
    )
    (run,) = stage.all_pip_installs
    assert [one.name for one in run.requirements] == ["tensorflow-cpu", "tensorflow", "numpy"]
    assert not run.whole
    assert all_tensorflow_installs(stage) == ()
    assert [one.reason for one in stage.all_unread] == [
        "which TensorFlow is installed depends on the Python, which is not known"
    ]


def test_files_of_another_stage_and_packages_that_it_installed() -> None:
    build = "FROM python:3.11 AS b\nCOPY prod.txt /r.txt\nRUN pip install --target=/deps -r /r.txt\n"
    stage = last_stage(f"{build}FROM debian:12\nCOPY --from=b /deps /app\n")
    assert [str(one.requirement) for run in stage.all_pip_installs for one in run.tensorflows] == [TF]
    stage = last_stage(f"{build}FROM python:3.11\nCOPY --from=b /r.txt /x.txt\nRUN pip install -r /x.txt\n")
    assert [one.span.source.name for one in stage.pip_installs[0].tensorflows] == ["prod.txt"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "line",
    [
        "RUN cp -r / /",
        "RUN cp -r /a /a && pip install -r /a/r.txt",
        "COPY . /\nRUN pip install -r /gone.txt",
        "RUN --mount=type=bind,target=/a pip install -r /a/gone.txt",
        "RUN conda create -n a python=3.8 && python -m venv /v",
        "WORKDIR a",
    ],
)
def test_thousands_of_lines_take_no_time(line: str) -> None:
    lines = f"{line}\n" * 2000
    assert last_stage(f"FROM python:3.11\n{lines}RUN pip install -r /x/y/z.txt\n")
