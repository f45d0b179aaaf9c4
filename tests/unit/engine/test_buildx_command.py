from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.engine.buildx import Buildx
from tf_docker_check.engine.buildx_command import buildx_environment, command_line, private_build_args
from tf_docker_check.engine.protocol import BuildRequest
from tf_docker_check.model.config import Secret

BUILDX = Buildx(("docker", "buildx"), "0.13.1")


def test_a_plain_build_names_only_what_is_needed() -> None:
    assert command_line(BUILDX, BuildRequest("FROM x"), Path("/w"), {}) == [
        "docker", "buildx", "build", "--builder=default", "--load", "--progress=rawjson",
        "--file=/w/Dockerfile", "--iidfile=/w/iid", "/w/empty",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "argument"),
    [
        (BuildRequest("", tag="a:1"), "--tag=a:1"),
        (BuildRequest("", target="t"), "--target=t"),
        (BuildRequest("", platform="linux/arm64"), "--platform=linux/arm64"),
        (BuildRequest("", network="host"), "--network=host"),
        (BuildRequest("", build_args={"A": "b c=d"}), "--build-arg=A=b c=d"),
        (BuildRequest("", build_args={"A_TOKEN": "hush"}), "--build-arg=A_TOKEN"),
        (BuildRequest("", build_args={"INDEX": "https://u:pw@h/simple"}), "--build-arg=INDEX"),
        (BuildRequest("", build_args={"http_proxy": "http://u:pw@h"}), "--build-arg=http_proxy"),
        (BuildRequest("", build_args={"http_proxy": "http://h"}), "--build-arg=http_proxy=http://h"),
        (BuildRequest("", build_args={"DOCKER_AUTH_CONFIG": "{}"}), "--build-arg=DOCKER_AUTH_CONFIG={}"),
        (BuildRequest("", labels={"a.b": "c"}), "--label=a.b=c"),
        (BuildRequest("", contexts={"python:3.11": "r/p:1"}), "--build-context=python:3.11=docker-image://r/p:1"),
        (BuildRequest("", cache_from=("type=gha",)), "--cache-from=type=gha"),
        (BuildRequest("", cache_to=("type=local,dest=/c",)), "--cache-to=type=local,dest=/c"),
        (BuildRequest("", secrets=(Secret("s", env="E"),)), "--secret=id=s,env=E"),
        (BuildRequest("", secrets=(Secret("s", file="/a,b"),)), '--secret=id=s,"src=/a,b"'),
    ],
)  # fmt: skip
def test_each_wish_becomes_one_argument(request_: BuildRequest, argument: str) -> None:
    plain = command_line(BUILDX, BuildRequest(""), Path("/w"), {})
    assert [a for a in command_line(BUILDX, request_, Path("/w"), {}) if a not in plain] == [argument]


def test_the_context_comes_last() -> None:
    assert command_line(BUILDX, BuildRequest("", "/src", tag="a"), Path("/w"), {})[-1] == "/src"


@pytest.mark.parametrize(
    ("version", "progress"),
    [("v0.12.1", "plain"), ("0.13.1+ds1", "rawjson"), ("v1.0.0", "rawjson"), ("?", "plain")],
)  # fmt: skip
def test_structured_progress_is_asked_of_those_that_have_it(version: str, progress: str) -> None:
    command = command_line(Buildx(("x",), version), BuildRequest(""), Path("/w"), {})
    assert f"--progress={progress}" in command


def test_private_values_go_by_the_environment_but_none_that_steers_buildx() -> None:
    given = {"INDEX": "https://u:pw@h", "A_TOKEN": "t", "PLAIN": "p"}
    steering = dict.fromkeys(("DOCKER_HOST", "SSH_AUTH_SOCK", "ALL_PROXY", "PATH", "LD_PRELOAD"), "x://u:p@h")
    assert private_build_args({**given, **steering}, {}) == {"INDEX": "https://u:pw@h", "A_TOKEN": "t"}


PROXY = "http://u:pw@proxy.test"


@pytest.mark.parametrize(
    ("ours", "private", "proxy", "no_proxy"),
    [
        ({}, True, PROXY, "*"),  # buildx must not use it
        ({"HTTPS_PROXY": PROXY}, True, PROXY, None),  # it is the one that buildx needs
        ({"HTTPS_PROXY": "http://other.test"}, False, "http://other.test", None),
        ({"http_proxy": "http://other.test"}, False, None, None),
    ],
)
def test_a_builds_proxy_never_becomes_buildxs(
    ours: dict[str, str], private: bool, proxy: str | None, no_proxy: str | None
) -> None:
    given = {"HTTPS_PROXY": PROXY}
    assert bool(private_build_args(given, ours)) == private
    environment = buildx_environment(given, ours)
    assert (environment.get("HTTPS_PROXY"), environment.get("NO_PROXY")) == (proxy, no_proxy)
