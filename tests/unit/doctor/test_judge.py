"""From a machine and its engine to advice."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tf_docker_check.doctor import show
from tf_docker_check.doctor.advice import Advice, Level
from tf_docker_check.doctor.judge import judge
from tf_docker_check.engine.about import About
from tf_docker_check.engine.protocol import Trace
from tf_docker_check.errors import EngineError
from tf_docker_check.host.detect import HostFacts
from tf_docker_check.model.image import EngineInfo

TODAY = "2026-11-22"
INFO = EngineInfo(
    kind="docker",
    version="28.5.1",
    builder="buildx v0.29.1",
    named_contexts=True,
    host="unix:///var/run/docker.sock",
    kernel="6.8.0",
    architecture="x86_64",
    cpus=4,
    memory=16 << 30,
)
ABOUT = About(
    INFO,
    "Docker's default socket",
    "1.51",
    "1.24",
    "1.3.0",
    root="/var/lib/docker",
    disk_free=60 * 10**9,
    seccomp=True,
)
HERE = HostFacts("x86_64", "6.8.0", 4, frozenset({"avx"}), 16 << 30)


def said(here: HostFacts = HERE, **changes: Any) -> tuple[Advice, ...]:
    """The advice for a good machine with *changes* to its engine; INFO's fields are changed too."""
    info = {name: value for name, value in changes.items() if hasattr(INFO, name)}
    other = {name: value for name, value in changes.items() if name not in info}
    return judge(here, replace(ABOUT, info=replace(INFO, **info), **other), TODAY)


def test_a_good_machine_has_nothing_to_mend() -> None:
    advice = said()
    assert advice[0].topic == "engine"
    assert {one.level for one in advice if one.topic != "gpu"} == {Level.FINE}
    assert show.works(advice)


@pytest.mark.parametrize(
    ("changes", "topic", "level", "words"),
    [
        ({"version": "20.10.8", "runc": "1.0.0-rc92"}, "engine", Level.WARNING, "refuses clone3"),
        ({"version": "20.10.8", "runc": "1.0.0-rc92"}, "engine", Level.WARNING, "refuses faccessat2"),
        ({"version": "20.10.24+dfsg1"}, "engine", Level.NOTE, "no updates since 2023-12-10"),
        ({"version": "29.0.1"}, "engine", Level.NOTE, "Too many open files"),
        ({"seccomp": False}, "engine", Level.NOTE, "without a seccomp profile"),
        ({"rootless": True}, "engine", Level.NOTE, "rootless"),
        ({"warnings": ("No swap limit support",)}, "engine", Level.NOTE, "No swap limit support"),
        ({"builder": "classic", "named_contexts": False}, "builder", Level.WARNING, "no buildx"),
        ({"builder": "classic", "kind": "podman"}, "builder", Level.NOTE, "no buildx"),
        ({"named_contexts": False}, "builder", Level.NOTE, "a copy of the Dockerfile"),
        ({"architecture": "aarch64"}, "cpu", Level.NOTE, "aarch64"),
        ({"architecture": "ppc64le"}, "cpu", Level.WARNING, "ppc64le"),
        ({"host": "tcp://far:2376"}, "cpu", Level.NOTE, "cannot be seen"),
        ({"memory": 2 << 30}, "memory", Level.WARNING, "2.0 GiB"),
        ({"disk_free": 10**9}, "disk", Level.PROBLEM, "1.0 GB free"),
        ({"disk_free": None}, "disk", Level.NOTE, "cannot be seen"),
        ({"gpu_ways": ("cdi",)}, "gpu", Level.NOTE, "the engine offers one"),
    ],
)
def test_what_an_engine_is_known_for(changes: dict[str, Any], topic: str, level: Level, words: str) -> None:
    found = [one for one in said(**changes) if one.topic == topic and words in one.finding]
    assert [one.level for one in found] == [level]


@pytest.mark.parametrize("version", ["20.10.24", "28.5.1", "nonsense"])
def test_a_newer_engine_or_runc_denies_nothing(version: str) -> None:
    told = " ".join(one.finding for one in said(version=version, runc="1.1.5+ds1"))
    assert "refuses" not in told


@pytest.mark.parametrize(
    ("here", "topic", "level", "words"),
    [
        (replace(HERE, flags=frozenset({"sse4_2"})), "cpu", Level.WARNING, "no AVX"),
        (replace(HERE, flags=frozenset()), "cpu", Level.NOTE, "cannot be seen"),
        (HERE, "gpu", Level.NOTE, "no NVIDIA driver"),
        (replace(HERE, driver="550.54"), "gpu", Level.WARNING, "without device files"),
        (replace(HERE, devices=("/dev/nvidia0",)), "gpu", Level.WARNING, "without kernel driver"),
        (
            replace(HERE, driver="550.54", devices=("/dev/nvidia0",)),
            "gpu",
            Level.WARNING,
            "`--gpus all` fails",
        ),
        (
            replace(HERE, driver="550.54", devices=("/dev/nvidia0",), tools=("nvidia-ctk",)),
            "gpu",
            Level.FINE,
            "nvidia-ctk",
        ),
        (replace(HERE, proxies=("HTTPS_PROXY",)), "network", Level.WARNING, "the engine has no proxy"),
        (replace(HERE, certificates=(("SSL_CERT_FILE", False),)), "network", Level.WARNING, "not there"),
    ],
)
def test_what_a_machine_lacks(here: HostFacts, topic: str, level: Level, words: str) -> None:
    found = [one for one in said(here) if one.topic == topic and words in one.finding]
    assert [one.level for one in found] == [level]


def test_without_an_engine_it_says_so_first_and_tells_the_rest() -> None:
    advice = judge(HERE, EngineError("no container engine answers", why="tried x", remedy="install"), TODAY)
    assert (advice[0].topic, advice[0].level, advice[0].remedy) == ("engine", Level.PROBLEM, "install")
    assert {"cpu", "memory", "gpu"} <= {one.topic for one in advice}
    assert show.text(advice).startswith("FAIL  engine")
    assert show.text(advice).endswith("cannot work here")


@pytest.mark.parametrize(
    ("ended", "level", "words"),
    [
        (True, Level.NOTE, "whose process was killed"),
        (False, Level.FINE, "which is under way"),
        (None, Level.NOTE, "cannot be determined from here"),
    ],
)
def test_leftovers_are_listed_with_the_command_that_removes_them(
    ended: bool | None, level: Level, words: str
) -> None:
    trace = Trace({"tf-docker-check.run": "local-1", "tf-docker-check.process": "p"}, ended, 1, 0, 2)
    (found,) = (one for one in said(runs=(trace,)) if one.topic == "leftovers")
    assert (found.level, words in found.finding) == (level, True)
    assert found.finding.startswith("1 container, 2 images, of run local-1")
    removes = "docker rm -f -v $(docker ps -aq --filter label=tf-docker-check.run=local-1" in found.remedy
    assert removes is (ended is not False)
    assert "network" not in found.remedy


def test_folders_are_listed_with_the_command_that_removes_them() -> None:
    (found,) = (
        one for one in said(replace(HERE, abandoned=("/tmp/a b", "/tmp/c"))) if one.topic == "leftovers"
    )
    assert found.finding.startswith("2 temporary folders")
    assert "rm -r '/tmp/a b' /tmp/c" in found.remedy


@pytest.mark.parametrize("about", [ABOUT, None])
def test_the_document_fits_its_schema(about: About | None) -> None:
    schema = json.loads((files("tf_docker_check.resources") / "schema/doctor.json").read_text("utf-8"))
    here = replace(HERE, certificates=(("SSL_CERT_FILE", True),), proxies=("HTTP_PROXY",))
    advice = judge(here, about or EngineError("none"), TODAY)
    document = json.loads(show.document(advice, here, about))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["works"] is (about is not None)
    assert set(document["machine"]) == set(schema["properties"]["machine"]["properties"])
    if about:
        assert set(document["engine"]) == set(schema["properties"]["engine"]["anyOf"][1]["properties"])
