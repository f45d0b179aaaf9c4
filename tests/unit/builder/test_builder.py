from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lint.projects import written

from engine.fake import FakeEngine, Script, image
from tf_docker_check.builder.bases import BasePuller
from tf_docker_check.builder.builder import Builder
from tf_docker_check.errors import EngineError, RegistryError
from tf_docker_check.model.config import BuildSettings, UserDockerfile
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.model.status import Status

SLIM = "python:3.11-slim"
RECIPE = Recipe(SLIM, text=f"FROM {SLIM}\nRUN pip install tensorflow\n")


def builder(engine: FakeEngine, project: Path, shortage: str = "", *, mounts: bool = True) -> Builder:
    return Builder(
        engine=engine,
        bases=BasePuller(engine, lambda reference: reference),
        project=project,
        settings=BuildSettings(),
        labels={"run": "1"},
        tag=lambda recipe: f"t:{recipe.key}",
        named_contexts=False,
        mounts=mounts,
        timeout=60,
        results=project / "results",
        shortage=lambda: shortage,
    )


def test_an_image_strategy_builds_nothing(tmp_path: Path) -> None:
    engine = FakeEngine(hub={SLIM: image(SLIM)})
    ready = builder(engine, tmp_path).build(Recipe(SLIM), None)
    assert (ready.result.status, ready.image, engine.built) == (Status.PASSED, image(SLIM), [])
    assert ready.base == f"python@{image(SLIM).digest}"


def test_a_recipe_is_built_on_the_digest_that_was_pulled(tmp_path: Path) -> None:
    engine = FakeEngine(hub={SLIM: image(SLIM)})
    ready = builder(engine, tmp_path).build(RECIPE, None)
    assert ready.result.status is Status.PASSED
    assert engine.built[0].dockerfile.startswith(f"FROM python@{image(SLIM).digest}\n")
    assert ready.result.base_digest == image(SLIM).digest


def test_a_users_dockerfile_is_built_on_its_parent_and_remembers_the_published_base(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nCOPY . /app\n")
    engine = FakeEngine(hub={SLIM: image(SLIM)})
    make = builder(engine, tmp_path)
    ready = make.build(
        Recipe(SLIM, user=UserDockerfile("Dockerfile"), parent=RECIPE), make.build(RECIPE, None)
    )
    assert engine.built[1].dockerfile == f"FROM t:{RECIPE.key}\nCOPY . /app\n"
    assert ready.base == f"python@{image(SLIM).digest}"


def test_a_users_dockerfile_stands_on_its_own_base_where_it_is_given_no_other(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {SLIM} AS a\nFROM a\nCOPY . /app\n")
    engine = FakeEngine(hub={SLIM: image(SLIM)})
    ready = builder(engine, tmp_path).build(Recipe("", user=UserDockerfile("Dockerfile")), None)
    assert ready.result.status is Status.PASSED
    assert engine.built[0].dockerfile.startswith(f"FROM python@{image(SLIM).digest} AS a\n")
    assert ready.result.base_digest == image(SLIM).digest
    assert ready.base == f"python@{image(SLIM).digest}"


def test_an_image_made_from_scratch_needs_no_base(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . /app\n")
    engine = FakeEngine()
    ready = builder(engine, tmp_path).build(Recipe("", user=UserDockerfile("Dockerfile")), None)
    assert ready.result.status is Status.PASSED
    assert engine.built[0].dockerfile == "FROM scratch\nCOPY . /app\n"


def test_an_engine_that_cannot_tell_its_disk_leaves_the_image_unjudged(tmp_path: Path) -> None:
    def die() -> str:
        raise EngineError("the daemon is gone", why="broken pipe", remedy="start it again")

    make = replace(builder(FakeEngine(hub={SLIM: image(SLIM)}), tmp_path), shortage=die)
    told = "the daemon is gone (broken pipe); to do: start it again"
    assert (make.build(RECIPE, None).result.status, make.build(RECIPE, None).result.reason) == (
        Status.ERRORED,
        told,
    )


@pytest.mark.parametrize(
    ("hub", "status"),
    [({}, Status.FAILED), ({SLIM: RegistryError("503 from the registry")}, Status.ERRORED)],
)
def test_a_missing_tag_is_the_images_fault_a_silent_registry_is_not(
    tmp_path: Path, hub: dict[str, Exception], status: Status
) -> None:
    ready = builder(FakeEngine(hub=hub), tmp_path).build(RECIPE, None)
    assert ready.result.status is status
    assert ready.result.reason


def test_a_failing_step_is_told_with_its_log(tmp_path: Path) -> None:
    said = b"\x1b[31mno matching\0 distribution\x1b[0m"
    engine = FakeEngine(hub={SLIM: image(SLIM)}, on_build=lambda _: Script(said, 1))
    ready = builder(engine, tmp_path).build(RECIPE, None)
    assert (ready.result.status, ready.image) == (Status.FAILED, None)
    assert ready.result.log == "no matching distribution"
    assert ready.result.steps[0].log == "no matching distribution"
    assert ready.result.exit_code == 1


def test_what_stands_on_a_failed_image_fails_with_its_reason(tmp_path: Path) -> None:
    engine = FakeEngine(hub={SLIM: image(SLIM)}, on_build=lambda _: Script(b"broken", 1))
    make = builder(engine, tmp_path)
    below = make.build(RECIPE, None)
    ready = make.build(Recipe(SLIM, user=UserDockerfile("Dockerfile"), parent=RECIPE), below)
    assert ready.result.status is Status.FAILED
    assert below.result.reason in ready.result.reason
    assert len(engine.built) == 1


def test_an_engine_that_dies_leaves_the_image_unjudged(tmp_path: Path) -> None:
    def die(_: object) -> Script:
        raise EngineError("the daemon is gone")

    ready = builder(FakeEngine(hub={SLIM: image(SLIM)}, on_build=die), tmp_path).build(RECIPE, None)
    assert (ready.result.status, ready.result.reason) == (Status.ERRORED, "the daemon is gone")


def test_a_full_disk_is_told_before_anything_is_pulled(tmp_path: Path) -> None:
    ready = builder(FakeEngine(), tmp_path, "1.0 GB of disk are free").build(RECIPE, None)
    assert (ready.result.status, ready.result.reason) == (Status.ERRORED, "1.0 GB of disk are free")


def test_a_limit_that_was_reached_is_named(tmp_path: Path) -> None:
    engine = FakeEngine(hub={SLIM: image(SLIM)}, on_build=lambda _: Script(b"waiting", seconds=100))
    ready = builder(engine, tmp_path).build(RECIPE, None)
    assert ready.result.status is Status.FAILED
    assert "longer than its limit" in ready.result.reason


def test_a_builder_without_mounts_gets_the_recipe_without_them(tmp_path: Path) -> None:
    engine = FakeEngine(hub={SLIM: image(SLIM)})
    text = f"FROM {SLIM}\nRUN --mount=type=cache,target=/c set -eu; pip install tensorflow\n"
    builder(engine, tmp_path, mounts=False).build(Recipe(SLIM, text=text), None)
    assert "--mount" not in engine.built[0].dockerfile
    assert "pip install tensorflow" in engine.built[0].dockerfile


def test_an_ignore_file_beside_the_dockerfile_goes_with_it(tmp_path: Path) -> None:
    (tmp_path / "app.Dockerfile").write_text(f"FROM {SLIM}\n")
    (tmp_path / "app.Dockerfile.dockerignore").write_text("*.md\n")
    engine = FakeEngine(hub={SLIM: image(SLIM)})
    builder(engine, tmp_path).build(Recipe(SLIM, user=UserDockerfile("app.Dockerfile")), None)
    assert engine.built[0].dockerignore == "*.md\n\nresults\n"


def test_a_registry_that_keeps_a_stage_from_us_leaves_the_image_unjudged(tmp_path: Path) -> None:
    def refuse(_: object) -> Script:
        raise RegistryError("429 too many requests")

    engine = FakeEngine(hub={SLIM: image(SLIM)}, on_build=refuse)
    assert builder(engine, tmp_path).build(RECIPE, None).result.status is Status.ERRORED


@pytest.mark.parametrize(
    ("files", "context", "ignored"),
    [
        ({}, ".", "\nresults\n"),
        ({".dockerignore": "*\n!src"}, ".", "*\n!src\nresults\n"),
        ({".dockerignore": "*", "Dockerfile.dockerignore": "tests"}, ".", "tests\nresults\n"),
        ({"app/x": ""}, "app", ""),
    ],
)
def test_the_results_are_not_taken_into_the_image(
    files: dict[str, str], context: str, ignored: str, tmp_path: Path
) -> None:
    written(tmp_path, {"Dockerfile": f"FROM {SLIM}\nCOPY . .\n", **files})
    engine = FakeEngine(hub={SLIM: image(SLIM)})
    user = UserDockerfile("Dockerfile", context)
    ready = builder(engine, tmp_path).build(Recipe("", user=user), None)
    assert engine.built[0].dockerignore == ignored
    assert ready.ignores == ("Dockerfile.dockerignore" in files)
