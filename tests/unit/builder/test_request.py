from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.builder.request import base_reference, override_base, request
from tf_docker_check.model.config import BuildSettings, Secret, UserDockerfile
from tf_docker_check.model.recipe import Recipe

BASE = "mirror.test/library/python@sha256:" + "0" * 64


def user(**changes: object) -> Recipe:
    return Recipe("python:3.11-slim", user=UserDockerfile("Dockerfile", **changes))  # type: ignore[arg-type]


def mirrored(reference: str) -> str:
    return f"mirror.test/{reference}"


def test_a_base_that_is_an_argument_is_given_as_one() -> None:
    text = "ARG BASE=python:3.11-slim\nFROM ${BASE}\nRUN true\n"
    done = override_base(text, user(), BASE, mirrored, named_contexts=False)
    assert (done.text, done.build_args, done.contexts) == (text, {"BASE": BASE}, {})


@pytest.mark.parametrize("named_contexts", [True, False])
def test_the_users_own_build_arguments_stay(named_contexts: bool) -> None:
    recipe = user(build_args=(("EXTRA", "1"),))
    done = override_base(
        "FROM python:3.11-slim\nARG EXTRA\n", recipe, BASE, mirrored, named_contexts=named_contexts
    )
    assert done.build_args == {"EXTRA": "1"}


def test_a_builder_with_named_contexts_gets_the_text_as_it_is() -> None:
    text = "FROM node:22 AS web\nFROM python:3.11-slim\nCOPY --from=web /x /x\n"
    done = override_base(text, user(), BASE, mirrored, named_contexts=True)
    assert done.text == text
    assert done.contexts == {
        "python:3.11-slim": BASE,
        "node:22": "mirror.test/node:22",
    }


def test_an_older_builder_gets_a_copy_that_names_the_other_images() -> None:
    text = "# syntax=docker/dockerfile:1\nFROM node:22 AS web\nFROM python:3.11-slim\nCOPY --from=web /x /x\n"
    done = override_base(text, user(), BASE, mirrored, named_contexts=False)
    assert done.text == (
        "# syntax=mirror.test/docker/dockerfile:1\n"
        f"FROM mirror.test/node:22 AS web\nFROM {BASE}\nCOPY --from=web /x /x\n"
    )


def test_the_base_is_the_one_the_target_stands_on() -> None:
    text = "FROM python:3.11-slim AS base\nFROM base AS run\nFROM node:22 AS web\n"
    done = override_base(text, user(target="run"), BASE, mirrored, named_contexts=True)
    assert done.contexts["python:3.11-slim"] == BASE


def test_an_argument_that_two_stages_share_is_left_to_the_builder() -> None:
    text = "ARG BASE=python:3.11-slim\nFROM $BASE AS build\nFROM $BASE\n"
    done = override_base(text, user(), BASE, mirrored, named_contexts=False)
    assert done.text.count(BASE) == 2
    assert "BASE" not in done.build_args


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("ARG PY=3.11\nFROM python:${PY}-slim AS a\nFROM a\n", "python:3.12-slim"),
        ("FROM scratch\n", ""),
        ("ARG BASE\nFROM $BASE\n", ""),
    ],
)
def test_a_dockerfile_on_its_own_base_says_which_that_is(text: str, base: str) -> None:
    recipe = Recipe("", user=UserDockerfile("Dockerfile", build_args=(("PY", "3.12"),)))
    assert base_reference(text, recipe) == base


@pytest.mark.parametrize("text", ["FROM scratch\nCOPY a /\n", "ARG BASE\nFROM $BASE\n"])
@pytest.mark.parametrize("named_contexts", [True, False])
def test_what_stands_on_no_image_is_built_as_it_is(text: str, named_contexts: bool) -> None:
    done = override_base(text, user(), "", mirrored, named_contexts=named_contexts)
    assert (done.text, done.build_args, done.contexts) == (text, {}, {})


def test_a_project_is_built_from_its_own_context_with_its_own_secrets(tmp_path: Path) -> None:
    recipe = user(context="app", target="run", secrets=(Secret("token", env="TOKEN"),))
    override = override_base("FROM python:3.11-slim AS run\n", recipe, BASE, mirrored, named_contexts=True)
    settings = BuildSettings(ca_bundle="ca.pem", cache_from=("type=gha",))
    asked = request(recipe, override, tmp_path, settings, tag="t:1", labels={"run": "1"}, timeout=9)
    assert (asked.context, asked.target) == (str(tmp_path / "app"), "run")
    assert asked.secrets == (Secret("token", env="TOKEN"),)
    assert asked.cache_from == ("type=gha",)


def test_a_users_dockerfile_gets_the_ca_bundle_where_it_mounts_it(tmp_path: Path) -> None:
    text = "FROM python:3.11-slim\nRUN --mount=type=secret,id=ca-bundle pip install x\n"
    override = override_base(text, user(), BASE, mirrored, named_contexts=True)
    asked = request(
        user(), override, tmp_path, BuildSettings(ca_bundle="ca.pem"), tag="t:1", labels={}, timeout=9
    )
    assert asked.secrets == (Secret("ca-bundle", file=str(tmp_path / "ca.pem")),)


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("FROM x:1\nRUN --mount=type=secret,id=ca-bundle true\n", 1),
        ("FROM x:1\nRUN true\n", 0),
    ],
)
def test_a_recipe_of_ours_gets_the_ca_bundle_it_mounts(tmp_path: Path, text: str, secrets: int) -> None:
    recipe = Recipe("x:1", text=text)
    override = override_base(text, recipe, "x:1", lambda reference: reference, named_contexts=True)
    asked = request(
        recipe, override, tmp_path, BuildSettings(ca_bundle="ca.pem"), tag="t:1", labels={}, timeout=9
    )
    assert asked.context == ""
    assert [secret.file for secret in asked.secrets] == [str(tmp_path / "ca.pem")] * secrets
