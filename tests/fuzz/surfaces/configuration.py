"""The configuration file, with the action's inputs: mistakes in words, or a plan."""

from __future__ import annotations

import json

import yaml
from hypothesis import strategies as st

from fuzz.bend import bent, bent_json
from fuzz.surface import folder
from tf_docker_check.config.load import load_config
from tf_docker_check.config.schema import SCHEMA
from tf_docker_check.errors import CheckError, UsageError
from tf_docker_check.model.config import Config
from tf_docker_check.model.defaults import CONFIG_FILE
from tf_docker_check.plan.detect import detect
from tf_docker_check.plan.make import make_plan
from tf_docker_check.plan.show import FORMATS, show
from tf_docker_check.resources.files import document

SHARE = 60
FOLDER = folder("configuration")
(FOLDER / ".github").mkdir()
(FOLDER / "Dockerfile").write_text(
    "ARG BASE=python:3.12-slim\nFROM $BASE\nRUN pip install tensorflow==2.21.0\n"
)
(FOLDER / "requirements.txt").write_text("tensorflow>=2.15\nnumpy\n")
SAMPLES = [
    {
        "version": 1,
        "strategies": {
            "mine": {
                "dockerfile": "Dockerfile",
                "build-args": {"BASE": "{base}"},
                "secrets": ["TOKEN"],
                "on": ["slim"],
            },
            "other": {"from": "python:{python}-slim", "install": ["tensorflow=={tensorflow}"], "gpu": True},
            "slim": {},
        },
        "defaults": {"tensorflow": [">=2.15", "latest"], "python": ["3.11", "auto"], "timeout-minutes": 20},
        "matrix": {"include": ["slim/*@cpu"], "exclude": ["*/py3.9@*"], "max-cells": 50},
        "runners": {"cpu": {"runs-on": ["ubuntu-latest"]}, "gpu": {"gpu": "require", "runs-on": "gpu"}},
        "limits": {"parallel": 2, "build-minutes": 3.5, "disk-reserve-gb": 1},
        "checks": {"profile": "full", "disable": ["xla"], "commands": ["python -c 'import tensorflow'"]},
        "known-failures": [
            {"cell": "slim/*", "cause": "numpy-abi", "until": "2027-01-01", "owner": "@a", "reason": "b"}
        ],
        "fail-on": "new",
    },
    {"strategies": ["slim", "official"], "defaults": {"tensorflow": "2.21.0"}},
    {
        "build": {"pip-index-url": "https://h/simple", "cache-from": ["type=gha"]},
        "nightly": {"tags": ["a/b:latest"]},
    },
    {"fleet": [{"name": "a", "gpus": 1, "gpu": "T4"}], "mirrors": {"docker.io": "mirror.example"}},
]
WRITTEN = [yaml.safe_dump(sample, sort_keys=False) for sample in SAMPLES] + [json.dumps(SAMPLES[0])]
KEYS = sorted({*document(SCHEMA)["properties"], *document(SCHEMA)["$defs"]["strategy"]["properties"]})
TOKENS = [
    *(
        "&a",
        "*a",
        "<<: ",
        "!!int ",
        "!x ",
        "? ",
        ": ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "|\n",
        ">\n",
        "---\n",
        "%YAML 1.1\n",
    ),
    *(
        "{tensorflow}",
        "{python}",
        "{x}",
        "{",
        "2.10",
        ">=2.15,<2.18",
        "~=2.1",
        "9" * 4301,
        "*",
        "[0-9",
        "slim",
        "auto",
    ),
    *(
        "nightly",
        "latest",
        "../..",
        "/etc/passwd",
        "é",
        "yes",
        "1e3",
        "0o7",
        "0x",
        ".inf",
        ".nan",
        "2026-02-30",
        *KEYS,
    ),
]
INPUT = st.dictionaries(
    st.sampled_from(
        ["strategies", "tensorflow-versions", "python-versions", "gpu", "max-cells", "build-args", "target"]
    ),
    bent(["slim", ">=2.20", "3.12, 3.11", "auto", "100", "A=1"], TOKENS, 3),
    max_size=2,
)
TEXTS = bent(WRITTEN, TOKENS, 3).map(lambda text: text.encode("utf-8", "surrogatepass"))
INPUTS = st.tuples(TEXTS | bent_json(SAMPLES, [*KEYS, *TOKENS[-30:]]), INPUT)


def check(value: tuple[bytes, dict[str, str]]) -> None:
    data, given = value
    (FOLDER / CONFIG_FILE).write_bytes(data)
    try:
        config = load_config(FOLDER, "", given)
    except UsageError as error:
        lines = error.what.splitlines()
        assert lines[0].startswith((CONFIG_FILE, "the configuration"))
        assert all(line.startswith(("  - .github/", "  - input ", "  - the conf")) for line in lines[1:]), (
            lines
        )
        return
    assert isinstance(config, Config)
    try:
        found = detect(FOLDER, config)
        plan = make_plan(found, {}, found.requirements)
    except CheckError as error:
        assert error.what.strip()
        return
    for how in FORMATS:
        show(plan, how, found.runners)
    assert len({planned.cell.id for planned in plan.cells}) == len(plan.cells)
