"""lint, predict and plan say the same of one project, over generated ones."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st

from tf_docker_check.discovery.files import Files
from tf_docker_check.image.base_image import known
from tf_docker_check.lint.check import check
from tf_docker_check.lint.issue import Severity
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.prediction import Prediction, Verdict
from tf_docker_check.pipeline.configure import load_project_config
from tf_docker_check.pipeline.predict_cells import add_predictions, forecast
from tf_docker_check.plan.make import make_plan
from tf_docker_check.project.find import find_files
from tf_docker_check.requirements.requirement import parse_requirement
from tf_docker_check.resources.hosts import hosts
from tf_docker_check.rules.cuda import judge_extra_libraries
from tf_docker_check.rules.published import judge_tag
from tf_docker_check.rules.subject import Subject
from tf_docker_check.rules.wheels import judge_wheels

HOSTS = (hosts()["ubuntu-24.04"], hosts()["g5"])
BASES = st.sampled_from(
    [
        "tensorflow/tensorflow:2.8.0-gpu",
        "tensorflow/tensorflow:2.15.0",
        "tensorflow/tensorflow:2.17.0-gpu",
        "tensorflow/tensorflow:2.18.1",
        "tensorflow/tensorflow:latest-gpu",
        "tensorflow/tensorflow:1.14.0-gpu-py3",
        "nvidia/cuda:10.2-cudnn7-runtime-ubuntu18.04",
        "nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04",
        "nvidia/cuda",
        "python:3.12-slim-bookworm",
        "python:3.9-slim",
        "python:3.8-slim-buster",
        "python:3.12-alpine",
        "debian:13",
        "ubuntu:18.04",
        "ghcr.io/example/base:1",
    ]
)
STEPS = st.lists(
    st.sampled_from(
        [
            "RUN apt-get update && apt-get install -y git",
            "RUN apt-get install git",
            "RUN apt-get update && apt-get install -y python3-pip libncurses5",
            "RUN pip install tensorflow",
            "RUN pip install tensorflow==2.15.0 'numpy<2'",
            "RUN pip install 'tensorflow[and-cuda]==2.21.0'",
            "RUN pip install 'tensorflow[and-cuda]==2.14.0'",
            "RUN pip install tensorflow-gpu",
            "RUN pip install tensorflow==2.3.0",
            "RUN pip install tensorflow-cpu==2.16.1 protobuf==3.20.3",
            "RUN pip install numpy==2.1.0",
            "RUN pip install keras==2.4.0",
            "RUN pip install tensorflow>=2.4",
            "RUN pip install sklearn",
            "RUN pip install -r requirements.txt",
            "RUN pip install -r absent.txt",
            "RUN pip install -i https://pip.example.com/simple tensorflow==2.20.0",
            "RUN conda install -y tensorflow",
            "RUN pip install .",
            "RUN curl -fsSL https://bootstrap.pypa.io/get-pip.py | python3",
            "ENV CUDA_VISIBLE_DEVICES=-1",
            "COPY . .",
        ]
    ),
    max_size=3,
    unique=True,
)
FILES = st.fixed_dictionaries(
    {
        "requirements.txt": st.sampled_from(
            [
                "tensorflow==2.16.2\n",
                "numpy\n",
                "tensorflow[and-cuda]==2.17.1\n",
                "tensorflow==2.13.1\nnumpy==2.0.0\n",
            ]
        ),
        "train.py": st.sampled_from(["", "tf.distribute.MultiWorkerMirroredStrategy()\nmodel.fit(x)\n"]),
    }
)
PYTHONS = ("3.6", "3.8", "3.9", "3.10", "3.11", "3.12")
_REQUIREMENT = re.compile(r"tensorflow[\w-]*(?:\[and-cuda\])?==[0-9.]+(?:post[0-9]+)?\b")
_IMAGE = re.compile(r"\b(?:tensorflow/tensorflow|nvidia/cuda):[\w.-]*\w")


@settings(max_examples=60)
@given(BASES, STEPS, FILES, st.sampled_from(["", "--platform=linux/arm64 "]))
def test_one_project_one_answer(base: str, steps: list[str], files: dict[str, str], platform: str) -> None:
    project = project_of("\n".join([f"FROM {platform}{base}", *steps]) + "\n", files)
    config = load_project_config(project, "", {"dockerfile": "Dockerfile"})
    predictions = {cell.image_id: told for cell, told in forecast(config, project, HOSTS)}
    [own] = [told for name, told in predictions.items() if name.partition("/")[0] == "dockerfile"]

    used = {"Dockerfile", *(name for name in files if any(name in step for step in steps))}
    errors = [
        issue
        for issue in linted(project)
        if issue.severity is Severity.ERROR and issue.span.source.path.name in used
    ]
    for told in own:
        assert not (errors and told.verdict is Verdict.WORKS), [issue.remark.message for issue in errors]
    if any(word in step for step in steps for word in ("absent", "example.com", "conda", "install .")):
        assert all(told.verdict is not Verdict.WORKS for told in own)

    plan = make_plan(config, {}, config.requirements)
    for excluded in plan.excluded:
        image = Cell(excluded.cell.strategy, excluded.cell.tensorflow, excluded.cell.python, "").image_id
        assert not excluded.cause or predictions[image][0].verdict is Verdict.FAILS, excluded
    for planned in add_predictions(config, plan, project, lambda _: HOSTS[0]).cells:
        assert planned.predicted
        assert planned.predicted.verdict is predictions[planned.cell.image_id][0].verdict
    for told in (one for several in predictions.values() for one in several):
        assert_remedies_hold(told)


def project_of(dockerfile: str, files: dict[str, str]) -> Path:
    project = Path(mkdtemp())
    for name, text in {"Dockerfile": dockerfile, **files}.items():
        (project / name).write_text(text)
    return project


def linted(project: Path):  # type: ignore[no-untyped-def]
    targets = find_files([project], lambda _: None)
    return check(targets, Files((project,))).issues


def assert_remedies_hold(prediction: Prediction) -> None:
    """What a remedy names can be had: no rule says for certain that it cannot."""
    for judgement in prediction.judgements:
        for text in _REQUIREMENT.findall(judgement.remedy):
            wanted = parse_requirement(text)
            assert wanted
            subjects = [Subject(known(""), python=python, installs=(wanted,)) for python in PYTHONS]
            told = [[*judge_wheels(one), *judge_extra_libraries(one, wanted)] for one in subjects]
            assert any(all(one.verdict is not Verdict.FAILS for one in several) for several in told), (
                judgement
            )
        for image in _IMAGE.findall(judgement.remedy):
            assert not list(judge_tag(Subject(known(image)))), judgement
            official = known(image).official
            assert not (official and known(image).gpu) or official.gpu_works, judgement
