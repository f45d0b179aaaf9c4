"""The fake keeps the contract, scripted to do what the contract's commands do."""

from __future__ import annotations

import time

import pytest

from engine.contract import EngineContract
from engine.fake import FakeEngine, Script, image
from tf_docker_check.engine.protocol import BuildRequest, RunRequest

SCRIPTS = {
    "kill -SEGV $$": Script(code=139),
    "echo out; echo err >&2; printf end": Script(b"out\nerr\nend"),
    "yes | head -c 3000000": Script(b"y\n" * 1_500_000),
    "trap '' TERM; echo hung; sleep 1000": Script(b"hung\n", seconds=1000),
    "tail /dev/zero": Script(code=137, oom=True),
    "cat /made": Script(b"built\n"),
    "echo before; exit 7": Script(b"before\n", code=7, step="[2/2] RUN echo before; exit 7"),
    "echo waiting; sleep 1000": Script(b"waiting\n", seconds=1000),
}


def ran(request: RunRequest) -> Script:
    script = request.command[-1]
    if request.user:
        return Script(refusal=f"unable to find user {request.user}")
    if script == "cat":
        return Script(request.stdin)
    if script.startswith("exit "):
        return Script(code=int(script.removeprefix("exit ")))
    if script == "echo up; sleep 1000":
        time.sleep(2)
    return SCRIPTS.get(script, Script())


def built(request: BuildRequest) -> Script:
    return SCRIPTS.get(request.dockerfile.partition("RUN ")[2].strip(), Script())


class TestFakeEngine(EngineContract):
    @pytest.fixture
    def shell(self) -> str:
        return "shell:1"

    @pytest.fixture
    def engine(self, shell: str) -> FakeEngine:
        programs = {shell: ("/bin/cat", "/bin/sh")}
        files = dict.fromkeys(("/a/file", "/b/file", "/c"), 5)
        return FakeEngine({shell: image(shell)}, programs=programs, files=files, on_run=ran, on_build=built)
