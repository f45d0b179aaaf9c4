"""Dockerfiles: the parser, and everything that lint, plan and predict make of what it reads."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

from fuzz.bend import bent
from fuzz.surface import folder
from tf_docker_check import __version__
from tf_docker_check.builder.request import base_reference, override_base
from tf_docker_check.discovery.files import Files
from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.errors import CheckError, UsageError
from tf_docker_check.lint import document, sarif, text
from tf_docker_check.lint.check import Report
from tf_docker_check.lint.check import check as lint
from tf_docker_check.lint.fix import fix, select_edits
from tf_docker_check.model.config import UserDockerfile
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.pipeline.configure import load_project_config
from tf_docker_check.pipeline.predict_cells import forecast
from tf_docker_check.plan.make import make_plan
from tf_docker_check.plan.show import show
from tf_docker_check.predict.table import predict_table
from tf_docker_check.project.find import FileList
from tf_docker_check.resources.hosts import hosts

SHARE = 25
FOLDER = folder("dockerfile")
FILE = FOLDER / "Dockerfile"
(FOLDER / "requirements.txt").write_text("tensorflow==2.15.0\nnumpy==2.1\n")
(FOLDER / "environment.yml").write_text("dependencies: [python=3.9, tensorflow=2.10, pip: [keras]]\n")
(FOLDER / "setup.py").write_text("setup(install_requires=['tensorflow==2.15.0'])\n")
(FOLDER / "install.sh").write_text("cd /app && pip install tensorflow==2.15.0\n")
(FOLDER / ".dockerignore").write_text("**/x\n!a\n")
TESTS = Path(__file__).resolve().parents[2]
WRITTEN = [
    *sorted((TESTS / "unit" / "lint" / "good").glob("*.Dockerfile")),
    *sorted((TESTS / "faults" / "cases").glob("*/Dockerfile")),
]
SAMPLES = [path.read_text() for path in WRITTEN] + [
    "# escape=`\nFROM x\nRUN a `\n  b\n",
    "FROM x\nONBUILD RUN <<A <<-B\nA\n\tB\n",
    "FROM python:3.9 AS b\nWORKDIR /app\nCOPY . .\nRUN pip wheel -w /w -r requirements.txt && ./install.sh\n"
    "FROM b\nCOPY --from=b /w /w\nRUN --mount=type=bind,from=b,source=/app,target=/a pip install /w/*.whl -e /a[b]\n"
    "RUN if [ $A = b ]; then conda env create -f environment.yml; else for V in 1 2; do pip install x==$V; done; fi\n",
]
TOKENS = [
    *(
        "FROM ",
        "RUN ",
        "COPY --from=0 ",
        "ARG A=$A",
        "ENV A=b c='d e'",
        "ONBUILD ",
        "SHELL [",
        "LABEL a=",
        "USER 0\n",
    ),
    *(
        "<<EOF",
        "<<-'EOF'",
        "\nEOF\n",
        "${A:-",
        "${A//a/b}",
        "${A#",
        "${",
        "$A",
        "\\\n",
        "`\n",
        "# escape=`\n",
        "# syntax=x\n",
    ),
    *(
        " AS base",
        "--platform=$BUILDPLATFORM ",
        "--mount=type=bind,",
        '["a", "b"]',
        '"',
        "'",
        "&&",
        "||",
        ";",
        "|",
        "$(",
        ")",
    ),
    *(
        "pip install ",
        "tensorflow",
        "tensorflow[and-cuda]==2.21.0",
        "-r requirements.txt",
        "uv pip install --system ",
        "conda ",
        "WORKDIR /a",
        "cd .. && ",
        "if [ $A = b ]; then ",
        "; done",
        "cp -r . / && ",
        "xargs ",
        "poetry install",
        "python3.9 -m venv /v ",
    ),
    *(
        "apt-get install -y ",
        "tensorflow/tensorflow:2.17.0-gpu",
        "python:3.12-slim",
        "nvidia/cuda:12.5.1-base",
        "@sha256:",
        ":",
    ),
    *(
        "# tf-docker-check: ignore=TFD010 because\n",
        "LD_LIBRARY_PATH=/a/stubs",
        "scratch",
        "\u0661.1.0",
        "2.",
        "HEALTHCHECK CMD ",
    ),
]
TEXTS = bent(SAMPLES, TOKENS).map(lambda made: made.encode("utf-8", "replace").decode())
INPUTS = st.tuples(
    TEXTS, st.sampled_from(["", "base", "0", "x"]), st.dictionaries(st.sampled_from("AB"), TEXTS, max_size=1)
)
HOSTS = [host for name, host in hosts().items() if name in ("t4-runner", "github-hosted")] or list(
    hosts().values()
)[:2]
PLATFORM = "linux/amd64"


def check(value: tuple[str, str, dict[str, str]]) -> None:
    written, target, given = value
    FILE.write_text(written, newline="")
    report = looked_at(FileList((FILE,), named=frozenset({FILE})), {FILE: written})
    try:
        _parsed(written)
        read_stages(written, given)
    except UsageError as error:
        assert error.what.startswith("Dockerfile")
        assert (
            given
            or [issue.rule for issue in report.issues] == ["TFD001"]
            or "TFD001" in document.dump(report)
        )
        with suppress(CheckError):
            _planned(target)
        return
    _swapped(written, target, given)
    with suppress(CheckError):
        _planned(target)


def _parsed(written: str) -> None:
    instructions = parse_dockerfile(written, "Dockerfile")
    assert instructions
    for before, after in pairwise(instructions):
        assert before.end <= after.start
        assert before.end_line < after.start_line
    for one in instructions:
        assert 0 <= one.start <= one.end <= len(written)
        for word in (one.arguments, *one.flags, *one.words):
            assert one.start <= word.start <= word.end <= max(one.end, word.start)
        assert all(start < end for start, end in one.line.fragments(one.arguments))


def _swapped(written: str, target: str, given: dict[str, str]) -> None:
    """Put on another base the Dockerfile stays one, and stands there."""
    recipe = Recipe(
        "",
        user=UserDockerfile("Dockerfile", target=target, build_args=tuple(given.items())),
        platform=PLATFORM,
    )
    try:
        if not base_reference(written, recipe):
            return
        swapped = override_base(
            written, recipe, "other.example/base:1", lambda image: image, named_contexts=False
        )
        read_stages(swapped.text, dict(swapped.build_args), platform=PLATFORM)
    except CheckError as error:
        assert error.what


def _planned(target: str) -> None:
    config = load_project_config(FOLDER, "", {"target": target} if target else {})
    plan = make_plan(config, {}, config.requirements)
    json.loads(show(plan, "json"))
    show(plan, "table")
    predict_table(forecast(config, FOLDER, HOSTS), [host.name for host in HOSTS], why=True)


def looked_at(found: FileList, texts: dict[Path, str]) -> Report:
    """What lint says of files with these *texts*: places in them, words, and edits that do not overlap."""
    files = Files((FOLDER,), dict(texts))
    report = lint(found, files)
    for issue in report.issues:
        assert 0 <= issue.span.start <= issue.span.end <= len(issue.span.source.text)
        assert min(*issue.span.begins, *issue.span.ends) >= 1
        assert issue.remark.message
        assert issue.remark.remedy
        assert "cannot be judged" not in issue.remark.message, issue.remark.message
    edits = sorted(
        (edit.span.source.name, edit.span.start, edit.span.end) for edit in select_edits(report.issues)
    )
    assert all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(edits))
    if edits:
        fixed = fix(found, files)
        assert fix(found, Files((FOLDER,), dict(fixed.texts))).texts == fixed.texts
    assert "\x1b" not in text.render(report)
    json.loads(sarif.dump(report, __version__))
    json.loads(document.dump(report))
    return report
