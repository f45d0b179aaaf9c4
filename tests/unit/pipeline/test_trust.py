"""What a pull request's configuration may not ask for under the action, and what a desk is warned of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.gha.event import Context, Pull
from tf_docker_check.model.config import (
    BuildSettings,
    Checks,
    Config,
    Runner,
    RunOptions,
    Secret,
    Strategy,
    UserDockerfile,
)
from tf_docker_check.pipeline.trust import disclosures, read_allowed, restrict

PUSH = Context("own/project", "push", "", 1, 1, 1, "ci.yml", "ann", "", "", "main")
PULL = replace(PUSH, event="pull_request", pull=Pull(1, "", "own/project", "main"))
FORK = replace(PULL, pull=Pull(1, "", "stranger/project", "main"))
ENGINE = Config((), runners=(Runner("x", docker_host="tcp://evil.example:2375"),))
SECRET = Config(
    (),
    bases=(Strategy("app", dockerfile=UserDockerfile("D", secrets=(Secret("a", env="DEPLOY_KEY"),))),),
)
REGISTRY_CACHE, PLAIN_CACHE = "type=registry,ref=ghcr.io/own/cache", "ghcr.io/own/cache"
S3_CACHE = "type=s3,endpoint_url=https://evil.example,bucket=b"


@pytest.mark.parametrize("run", [PUSH, PULL, FORK])
def test_an_engine_that_the_file_names_gets_no_logins_unless_the_workflow_says_so(run: Context) -> None:
    for allowed in ("", "docker-host=tcp://evil.example", "secret=tcp://evil.example:2375"):
        with pytest.raises(UsageError, match=r"evil\.example:2375"):
            restrict(ENGINE, run, read_allowed(allowed))
    assert restrict(ENGINE, run, read_allowed("docker-host=tcp://evil.example:2375\n")) == (ENGINE, ())


def test_a_pull_request_takes_no_variable_of_the_step_and_not_the_hosts_network() -> None:
    host = Config((), checks=Checks(run_options=RunOptions(network="host")))
    for config, what in ((SECRET, "DEPLOY_KEY"), (host, "network")):
        assert restrict(config, PUSH, frozenset()) == (config, ())
        with pytest.raises(UsageError, match=what):
            restrict(config, PULL, frozenset())
    assert restrict(SECRET, FORK, read_allowed("secret=DEPLOY_KEY")) == (SECRET, ())


def test_a_pull_request_runs_no_check_on_the_hosts_network() -> None:
    full = Config((), checks=Checks(profile="full"))
    assert restrict(full, PUSH, frozenset()) == (full, ())
    restricted, (note,) = restrict(full, PULL, frozenset())
    assert restricted.checks.disable == ("distributed-host",)
    assert "distributed-host" in note


@pytest.mark.parametrize(
    ("run", "allow", "written", "read"),
    [
        (PUSH, "", [REGISTRY_CACHE], [REGISTRY_CACHE, PLAIN_CACHE, S3_CACHE]),
        (PULL, "", [], [REGISTRY_CACHE, PLAIN_CACHE]),
        (PULL, f"cache-to={REGISTRY_CACHE}\ncache-from={S3_CACHE}", [REGISTRY_CACHE], None),
        (FORK, f"cache-to={REGISTRY_CACHE}", [], [REGISTRY_CACHE, PLAIN_CACHE]),
    ],
)
def test_caches_are_written_where_the_workflow_says_so_and_never_by_forks(
    run: Context, allow: str, written: list[str], read: list[str] | None
) -> None:
    sources = (REGISTRY_CACHE, PLAIN_CACHE, S3_CACHE)
    config = Config((), build=BuildSettings(cache_from=sources, cache_to=(REGISTRY_CACHE,)))
    restricted, notes = restrict(config, run, read_allowed(allow))
    build = restricted.build
    assert (list(build.cache_to), list(build.cache_from)) == (
        written,
        list(sources) if read is None else read,
    )
    lost = 4 - len(build.cache_to) - len(build.cache_from)
    assert len(notes) == lost
    assert all("is not used" in note for note in notes)


@pytest.mark.parametrize("text", ["docker-host", "docker-host=", "network=host", "=x", "all=*"])
def test_what_is_allowed_is_said_exactly(text: str) -> None:
    with pytest.raises(UsageError, match="input allow"):
        read_allowed(text)


def test_a_desk_is_told_who_gets_its_logins_and_which_files_builds_get(tmp_path: Path) -> None:
    auths = {"https://ghcr.io": {"username": "me", "password": "s3cret"}}
    (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
    user = UserDockerfile("D", secrets=(Secret("a", file="/etc/shadow"),))
    config = replace(
        ENGINE,
        strategies=(Strategy("app", dockerfile=user),),
        mirrors=(("docker.io", "ghcr.io/own"), ("quay.io", "mirror.example")),
        build=BuildSettings(cache_to=(REGISTRY_CACHE,), cache_from=("type=local,src=/x",)),
    )
    notes = "\n".join(disclosures(config, {"DOCKER_CONFIG": str(tmp_path)}))
    assert "tcp://evil.example:2375, which `docker-host` names" in notes
    assert "ghcr.io, which `mirrors` names" in notes
    assert "ghcr.io, which `cache-to` names" in notes
    assert "/etc/shadow" in notes
    assert "mirror.example" not in notes
    assert "s3cret" not in notes
