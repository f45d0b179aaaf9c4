"""What names Dockerfiles and images: devcontainers, bake files, workflows, scripts, Kubernetes."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import strategies as st

from fuzz.bend import bent, bent_json
from fuzz.surface import folder
from tf_docker_check.discovery.discover import discover
from tf_docker_check.discovery.files import Files
from tf_docker_check.project.find import FileList

FOLDER = folder("discovery")
DOCKERFILE = FOLDER / "docker/Dockerfile"
DOCKERFILE.parent.mkdir()
DOCKERFILE.write_text("FROM tensorflow/tensorflow\nCOPY . .\n")
BUILD = {"context": ".", "file": "docker/Dockerfile", "build-args": "A=1\nB=${{ x }}", "target": "a"}
WORKFLOW = {
    "jobs": {
        "a": {
            "container": "tensorflow/tensorflow",
            "steps": [{"run": "docker build -f docker/Dockerfile ."}],
        },
        "b": {"steps": [{"uses": "docker/build-push-action@v6", "with": BUILD}]},
    }
}
POD = {
    "spec": {"containers": [{"image": "tensorflow/serving", "resources": {"limits": {"nvidia.com/gpu": 1}}}]}
}
DEVCONTAINER = {
    "build": {"dockerfile": "docker/Dockerfile", "context": ".", "args": {"A": "1"}},
    "image": "tensorflow/tensorflow:1",
    "runArgs": ["--gpus", "all"],
    "hostRequirements": {"gpu": True},
}
BAKE = """variable "D" { default = "docker" }
target "a" {
  inherits = ["b"] # c
  context = "." /* d */
  dockerfile = "${D}/Dockerfile"
  args = { A = "1", B = C }
}
"""
SCRIPT = 'cd docker && docker buildx build -f Dockerfile --build-arg A=1 \\\n  --target=a -t x "$PWD" # y\n'
KINDS = {
    "manifests": [yaml.safe_dump(WORKFLOW), yaml.safe_dump(POD), yaml.safe_dump_all([POD, WORKFLOW])],
    "devcontainers": [json.dumps(DEVCONTAINER), f"// c\n{json.dumps(DEVCONTAINER, indent=1)}"],
    "bakes": [BAKE],
    "scripts": [SCRIPT],
    "readmes": [f"# x\n\n    {SCRIPT}"],
}
NAMES = {
    "manifests": "ci.yml",
    "devcontainers": "devcontainer.json",
    "bakes": "docker-bake.hcl",
    "scripts": "Makefile",
    "readmes": "README.md",
}
TOKENS = [
    "{{",
    "/*",
    "*/",
    "//",
    '"',
    "${",
    "..",
    "https://h/x.git",
    "\\\n",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "\t",
    "&a ",
    "*a",
    "<<: *a",
]
WRITTEN = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.tuples(st.just(kind), bent(KINDS[kind], TOKENS, 4))
)
JSON = st.tuples(
    st.just("devcontainers"),
    bent_json([DEVCONTAINER], ["..", "/", "tensorflow/tensorflow"]).map(
        lambda data: data.decode("utf-8", "replace")
    ),
)
INPUTS = (WRITTEN | JSON).map(lambda one: (one[0], one[1].encode("utf-8", "replace").decode()))


def check(value: tuple[str, str]) -> None:
    kind, text = value
    path = FOLDER / NAMES[kind]
    kinds: dict[str, Any] = {kind: (path,)}
    listed = FileList(dockerfiles=(DOCKERFILE,), **kinds)
    files = Files((FOLDER,), {path: text})
    found = discover(listed, files)
    assert DOCKERFILE in found.dockerfiles
    for build in found.builds:
        assert build.dockerfile.is_relative_to(FOLDER)
        assert build.context.is_relative_to(FOLDER)
    for use in found.uses:
        assert 0 <= use.span.start <= use.span.end <= len(text)
