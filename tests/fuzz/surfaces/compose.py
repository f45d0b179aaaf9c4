"""Compose files, with the Dockerfile and the requirements that their services build from."""

from __future__ import annotations

import json

import yaml
from hypothesis import strategies as st

from fuzz.bend import bent, bent_json
from fuzz.surfaces.dockerfile import FOLDER, TEXTS, looked_at
from tf_docker_check.project.find import FileList

SHARE = 40
COMPOSE = FOLDER / "compose.yml"
TF = {"image": "tensorflow/tensorflow:2.17.0-gpu", "gpus": "all", "shm_size": "64m"}
DEVICES = [{"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}]
CLUSTER = json.dumps({"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 0}})
SAMPLE = {
    "x-common": {"restart": "always"},
    "services": {
        "a": {
            **TF,
            "environment": {"TF_CONFIG": CLUSTER},
            "deploy": {"resources": {"reservations": {"devices": DEVICES}}},
        },
        "b": {
            "build": {"context": ".", "args": ["A=1"], "target": "base"},
            "environment": [f"TF_CONFIG={CLUSTER}"],
        },
        "c": {
            "build": ".",
            "runtime": "nvidia",
            "command": ["python", "x.py"],
            "platform": "linux/arm64",
            "ports": ["1:1"],
        },
    },
}
WRITTEN = [yaml.safe_dump(SAMPLE, sort_keys=False), json.dumps(SAMPLE)]
VALUES = [
    "nvidia",
    "all",
    "2g",
    ".",
    "..",
    "/",
    "https://h/x.git",
    "tensorflow/tensorflow",
    "\u0661.1.0",
    CLUSTER,
    "0b",
]
TOKENS = [
    *VALUES,
    "&a ",
    "*a",
    "<<: *a",
    "!reset",
    "${A:-b}",
    "$$",
    "services:",
    "build:",
    "image: ",
    "- ",
    "---\n",
    "? ",
    "|\n",
]
TOKENS += [
    "# tf-docker-check: ignore=TFD010\n",
    "{",
    "}",
    "[",
    "]",
    "\t",
    "dockerfile_inline: |\n  FROM x\n",
    "extends:",
]
MADE = bent(WRITTEN, TOKENS, 4) | bent_json([SAMPLE], VALUES).map(
    lambda data: data.decode("utf-8", "replace")
)
INPUTS = st.tuples(MADE.map(lambda text: text.encode("utf-8", "replace").decode()), TEXTS)


def check(value: tuple[str, str]) -> None:
    compose, docker = value
    looked_at(FileList((), (), (COMPOSE,)), {COMPOSE: compose, FOLDER / "Dockerfile": docker})
