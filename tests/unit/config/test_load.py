from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from config.projects import loaded, mistakes, project
from tf_docker_check.config import load_config
from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import (
    BuildSettings,
    Checks,
    Config,
    Gpu,
    KnownFailure,
    Limits,
    Runner,
    RunOptions,
    Secret,
    Strategy,
    UserDockerfile,
)

WHOLE = """\
version: 1
defaults:
  tensorflow: [2.20.0, ">=2.15,<2.17", latest]
  python: [3.10, 3.12]
  platform: linux/arm64
  timeout-minutes: 20
strategies:
  official: {tensorflow: 2.10}
  slim: {installer: uv}
  mine:
    dockerfile: docker/Dockerfile
    context: docker
    target: runtime
    build-args: {VERSION: 1.10, DEBUG: true, ON: on}
    secrets: [PIP_TOKEN, {id: netrc, file: .netrc}, {id: key, env: API_KEY}]
    on: [slim, slim-cuda]
  extra: {from: "ghcr.io/x/y:{tensorflow}", install: "keras", gpu: true}
runners:
  cpu:
  gpu: {runs-on: [self-hosted, gpu], gpu: require, docker-host: "ssh://me@box"}
matrix:
  include: "*"
  exclude: [official/*@gpu]
  max-cells: 12
checks:
  profile: full
  enable: [fit]
  distributed-peer: app:2
  disable: [xla]
  commands: [python -m pytest]
  run-options:
    {shm-size: 2g, memory: 4g, network: bridge, read-only: true, user: 1000:1000, environment: {A: 1}}
timeouts: {"*@gpu": 30, "slim/*": 0.5}
mirrors: {docker.io: mirror.test/hub, ghcr.io/x: mirror.test/x}
build:
  ca-bundle: certs/ca.pem
  pip-index-url: https://pip.test/simple
  pip-extra-index-urls: https://more.test/simple
  cache-from: type=gha
  cache-to: [type=gha]
limits: {parallel: 3, build-minutes: 45, disk-reserve-gb: 1.5}
known-failures:
  - {cell: "*@gpu", cause: cudnn-mismatch, until: 2026-12-31, owner: "@ml", reason: upstream}
fail-on: any
"""


def test_every_key_arrives(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker/Dockerfile").touch()
    own = UserDockerfile(
        "docker/Dockerfile",
        "docker",
        "runtime",
        (("VERSION", "1.10"), ("DEBUG", "true"), ("ON", "on")),
        (Secret("PIP_TOKEN", env="PIP_TOKEN"), Secret("netrc", file=".netrc"), Secret("key", env="API_KEY")),
    )
    cuda = Strategy(
        "slim-cuda", "python:{python}-slim", ("tensorflow[and-cuda]=={tensorflow}",), "python-pip", gpu=True
    )
    assert loaded(tmp_path, WHOLE) == Config(
        strategies=(
            Strategy("official", "tensorflow/tensorflow:{tensorflow}", tensorflow=("2.10",)),
            Strategy("slim", "python:{python}-slim", ("tensorflow-cpu=={tensorflow}",), "python-uv"),
            Strategy("mine-on-slim", recipe="dockerfile", dockerfile=own, on="slim"),
            Strategy("mine-on-slim-cuda", recipe="dockerfile", dockerfile=own, on="slim-cuda"),
            Strategy("extra", "ghcr.io/x/y:{tensorflow}", ("keras",), "python-pip", gpu=True),
        ),
        bases=(cuda,),
        runners=(Runner("cpu"), Runner("gpu", ("self-hosted", "gpu"), Gpu.REQUIRE, "ssh://me@box")),
        tensorflow=("2.20.0", ">=2.15,<2.17", "latest"),
        python=("3.10", "3.12"),
        platform="linux/arm64",
        include=("*",),
        exclude=("official/*@gpu",),
        timeouts=(("*@gpu", 1800), ("slim/*", 30)),
        checks=Checks(
            "full",
            ("xla",),
            ("python -m pytest",),
            RunOptions("2g", "4g", "bridge", True, "1000:1000", (("A", "1"),)),
            ("fit",),
            "app:2",
        ),
        mirrors=(("docker.io", "mirror.test/hub"), ("ghcr.io/x", "mirror.test/x")),
        build=BuildSettings(
            "certs/ca.pem",
            "https://pip.test/simple",
            ("https://more.test/simple",),
            ("type=gha",),
            ("type=gha",),
        ),
        limits=Limits(12, 3, 45 * 60, 20 * 60, 1.5),
        known_failures=(KnownFailure("*@gpu", "cudnn-mismatch", date(2026, 12, 31), "@ml", "upstream"),),
        fail_on="any",
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "strategies:\nchecks:\n", "version: 1\n"])
def test_nothing_said_is_the_defaults_and_strategies_are_left_to_detection(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text) == Config(strategies=(), tensorflow=("auto",), python=("auto",))


def test_the_default_file_may_end_in_yaml(tmp_path: Path) -> None:
    project(tmp_path, "fail-on: never\n", ".github/tf-docker-check.yaml")
    assert load_config(tmp_path).fail_on == "never"


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        load_config(tmp_path, "ci/images.yml")
    assert raised.value.what == "configuration file not found: 'ci/images.yml'"


def test_a_file_that_was_named_is_read(tmp_path: Path) -> None:
    assert load_config(project(tmp_path, "fail-on: any", "ci/x.yml"), "ci/x.yml").fail_on == "any"


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "x.yml").mkdir()
    with pytest.raises(UsageError) as raised:
        load_config(tmp_path, "x.yml")
    assert raised.value.what == "x.yml is a folder, not a regular file"


def test_reserved_sections_are_accepted_and_said(tmp_path: Path) -> None:
    config = loaded(tmp_path, "baseline: {branch: main, control: false}\nlint:\n")
    assert config.notes == (
        ".github/tf-docker-check.yml:1:12: `baseline.branch` is not used by this version",
        ".github/tf-docker-check.yml:2:1: `lint` is not used by this version",
    )
    assert not config.control


@pytest.mark.parametrize(
    ("text", "names", "bases"),
    [
        ("strategies: [slim, official]", ["slim", "official"], []),
        ("strategies: {slim: {}, official: }", ["slim", "official"], []),
        ("strategies: {d: {dockerfile: D}}", ["d"], []),
        ("strategies: {d: {dockerfile: D, on: slim}}", ["d-on-slim"], ["slim"]),
        (
            "strategies: {slim: , d: {dockerfile: D, on: [slim, x]}, x: {from: y}}",
            ["slim", "d-on-slim", "d-on-x", "x"],
            [],
        ),
        (
            "strategies: {d: {dockerfile: D, on: slim}, e: {dockerfile: D, on: slim}}",
            ["d-on-slim", "e-on-slim"],
            ["slim"],
        ),
    ],
)
def test_which_strategies_there_are(tmp_path: Path, text: str, names: list[str], bases: list[str]) -> None:
    (tmp_path / "D").touch()
    config = loaded(tmp_path, text)
    assert [strategy.name for strategy in config.strategies] == names
    assert [strategy.name for strategy in config.bases] == bases


@pytest.mark.parametrize(
    ("definition", "recipe"),
    [
        ("{from: a}", "image"),
        ("{from: a, install: b}", "python-pip"),
        ("{from: a, install: b, installer: uv}", "python-uv"),
        ("{dockerfile: D}", "dockerfile"),
    ],
)
def test_the_recipe_follows_from_the_definition(tmp_path: Path, definition: str, recipe: str) -> None:
    (tmp_path / "D").touch()
    assert loaded(tmp_path, f"strategies: {{x: {definition}}}").strategies[0].recipe == recipe


def test_changing_a_built_in_strategy_keeps_the_rest_of_it(tmp_path: Path) -> None:
    (slim,) = loaded(tmp_path, "strategies: {slim: {from: 'mirror/python:{python}'}}").strategies
    assert slim.image == "mirror/python:{python}"
    assert slim.install == ("tensorflow-cpu=={tensorflow}",)


@pytest.mark.parametrize(
    ("text", "build", "check"),
    [
        ("{}", 1800, 600),
        ("defaults: {timeout-minutes: 5}", 300, 300),
        ("defaults: {timeout-minutes: 5}\nlimits: {check-minutes: 7}", 300, 420),
        ("limits: {build-minutes: 0.001}", 1, 600),
    ],
)
def test_limits_win_over_the_default_timeout(tmp_path: Path, text: str, build: int, check: int) -> None:
    limits = loaded(tmp_path, text).limits
    assert (limits.build_seconds, limits.check_seconds) == (build, check)


def test_dockerfile_and_context_must_be_there(tmp_path: Path) -> None:
    text = "strategies:\n  mine:\n    dockerfile: nope\n    context: nowhere\n"
    assert mistakes(tmp_path, text) == [
        "3:17: strategies.mine.dockerfile: Dockerfile not found: 'nope'",
        "4:14: strategies.mine.context: folder not found: 'nowhere'",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_one_clear_line(tmp_path: Path) -> None:
    (project(tmp_path, "{}") / ".github/tf-docker-check.yml").chmod(0)
    with pytest.raises(UsageError, match="cannot be read: Permission denied"):
        load_config(tmp_path)


def test_keys_to_refer_to_are_no_configuration(tmp_path: Path) -> None:
    text = "x-base: &base {dockerfile: Dockerfile}\nstrategies: {a: *base, b: {<<: *base, on: [slim]}}\n"
    (tmp_path / "Dockerfile").write_text("FROM x\n")
    (tmp_path / "c.yml").write_text(text)
    assert [one.name for one in load_config(tmp_path, "c.yml").strategies] == ["a", "b-on-slim"]


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out.yml").write_text("secret: 1\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / "c.yml").symlink_to(tmp_path / "out.yml")
    with pytest.raises(UsageError, match=r"c\.yml leads out of the project"):
        load_config(project, "c.yml")
