from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import (
    BuildSettings,
    Checks,
    Config,
    RunOptions,
    Secret,
    Strategy,
    UserDockerfile,
)
from tf_docker_check.pipeline.secrets import refuse_cache_keys, refuse_outside, secret_values


def test_what_was_given_in_confidence_is_known_by_its_values(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("first line\nsecond line\n\nabc\n")
    user = UserDockerfile(
        "Dockerfile",
        build_args=(
            ("DB_PASS", "hunter2"),
            ("TF_VERSION", "2.21.0"),
            ("TOKEN", "ab"),
            ("DBURL", "postgres://u:dbpassw@h"),
        ),
        secrets=(
            Secret("a", env="A_TOKEN"),
            Secret("b", file="key.pem"),
            Secret("c", file="none"),
            Secret("d", env="D"),
        ),
    )
    config = Config(
        (Strategy("app", dockerfile=user),),
        checks=Checks(run_options=RunOptions(environment=(("API_KEY", "0123456789"), ("THREADS", "twelve")))),
        build=BuildSettings(
            index_url="https://me:s3cret@pip.example.com/simple",
            extra_index_urls=("https://tok3n@a.example.com/", "https://b.example.com/"),
        ),
    )
    assert secret_values(config, tmp_path, {"A_TOKEN": "from the environment\n"}) == {
        "hunter2",
        "from the environment",
        "first line",
        "second line",
        "0123456789",
        "s3cret",
        "dbpassw",
        "tok3n",
    }


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("type=s3,region=eu,bucket=b,secret_access_key=hunter2", "secret_access_key"),
        ('type=azblob,"secret_access_key=a,b"', "secret_access_key"),
        ("type=gha,Token=hunter2", "token"),
        ("type=registry,ref=https://me:hunter2@registry.test/cache", "ref"),
        ("type=registry,ref=registry.test/cache@sha256:0000,mode=max", ""),
        ("type=s3,region=eu,bucket=b,name=tokenizer-cache", ""),
        ("registry.test/cache", ""),
    ],
)
def test_a_cache_holds_no_keys(entry: str, name: str) -> None:
    for settings in (BuildSettings(cache_to=(entry,)), BuildSettings(cache_from=(entry,))):
        with pytest.raises(UsageError) if name else nullcontext() as caught:
            refuse_cache_keys(Config((), build=settings))
        assert not caught or (name in str(caught.value) and "hunter2" not in str(caught.value))


def refusal(config: Config, project: Path) -> str:
    """Why the configuration is refused; empty where it is not."""
    try:
        refuse_outside(config, project)
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("file", ["/proc/self/environ", "../event.json", "link", "loop"])
def test_a_strangers_configuration_reads_nothing_outside_the_project(tmp_path: Path, file: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "link").symlink_to("/etc/hostname")
    (project / "loop").symlink_to("loop")
    user = UserDockerfile("Dockerfile", secrets=(Secret("a", file=file),))
    for config in (
        Config((Strategy("app", dockerfile=user),)),
        Config((), bases=(Strategy("app", dockerfile=user),)),
        Config((), build=BuildSettings(ca_bundle=file)),
    ):
        assert "not in the project" in refusal(config, project)


def test_files_of_the_project_may_be_given(tmp_path: Path) -> None:
    user = UserDockerfile("Dockerfile", secrets=(Secret("a", file=".netrc"), Secret("b", env="TOKEN")))
    build = BuildSettings(ca_bundle=f"{tmp_path}/ca.pem")
    assert refusal(Config((Strategy("app", dockerfile=user),), build=build), tmp_path) == ""
