from dataclasses import replace

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Strategy, UserDockerfile
from tf_docker_check.recipe.template import recipe_for, without_mounts

CELL = Cell("slim", "2.21.0", "3.12", "cpu")
OFFICIAL = Strategy("official", "tensorflow/tensorflow:{tensorflow}")
SLIM = Strategy("slim", "python:{python}-slim", ("tensorflow=={tensorflow}", "numpy<2"), "python-pip")
MINE = Strategy("mine", dockerfile=UserDockerfile("Dockerfile", build_args=(("TF", "v{tensorflow}"),)))


def recipe(strategy, *others, cell=CELL, **settings):
    return recipe_for(strategy, cell, Config((strategy, *others), **settings))


def test_an_image_strategy_builds_nothing():
    made = recipe(OFFICIAL, platform="linux/arm64")
    assert (made.base, made.builds, made.platform) == ("tensorflow/tensorflow:2.21.0", False, "linux/arm64")


@pytest.mark.parametrize("name", ["python-pip", "python-uv"])
def test_installing_strategies_are_whole_dockerfiles(name):
    text = recipe(replace(SLIM, recipe=name)).text
    assert "\nFROM python:3.12-slim\n" in text
    assert "install" in text
    assert " tensorflow==2.21.0 'numpy<2'" in text
    assert "@" not in text
    assert "id=ca-bundle" in text


def test_what_installs_and_names_no_recipe_is_installed_by_pip():
    assert recipe(replace(SLIM, recipe="image")).text == recipe(SLIM).text


def test_equal_recipes_of_different_runners_share_a_build():
    assert recipe(SLIM).key == recipe(SLIM, cell=replace(CELL, runner="gpu")).key
    assert recipe(SLIM).key != recipe(SLIM, cell=replace(CELL, python="3.11")).key


@pytest.mark.parametrize(
    ("asked", "nightly"),
    [
        ("tensorflow=={tensorflow}", "tf-nightly"),
        ("tensorflow-cpu=={tensorflow}", "tf-nightly-cpu"),
        ("tensorflow[and-cuda]=={tensorflow}", "'tf-nightly[and-cuda]'"),
    ],
)
def test_nightly_installs_the_nightly_packages(asked, nightly):
    made = recipe(replace(SLIM, install=(asked,)), cell=replace(CELL, tensorflow="nightly"))
    assert f"install {nightly}\n" in made.text


def test_a_users_dockerfile_alone_says_what_it_stands_on():
    made = recipe(MINE)
    assert (made.base, made.parent, made.user.build_args) == ("", None, (("TF", "v2.21.0"),))


def test_a_users_dockerfile_on_an_image():
    made = recipe(replace(MINE, on="official"), OFFICIAL)
    assert (made.base, made.parent) == ("tensorflow/tensorflow:2.21.0", None)


def test_a_users_dockerfile_on_what_must_be_built_first():
    made = recipe(replace(MINE, on="slim"), SLIM)
    assert made.parent == recipe(SLIM)
    assert made.base == made.parent.base


@pytest.mark.parametrize(
    "asked",
    [
        "tensorflow; rm -rf /",
        "tensorflow\nRUN evil",
        "$(evil)",
        "-r requirements.txt",
        "--index-url=http://evil",
        "numpy @ https://example.org/a b",
        "",
        "numpy @ https://example.org/\x1b[2J",
    ],
)
def test_what_is_no_requirement_does_not_get_in(asked):
    with pytest.raises(UsageError, match=r"'slim': (invalid )?requirement"):
        recipe(replace(SLIM, install=(asked,)))


def test_requirements_are_words_of_the_shell():
    asked = "numpy @ https://example.org/$(evil)'`x`"
    assert """'numpy @ https://example.org/$(evil)'"'"'`x`'""" in recipe(replace(SLIM, install=(asked,))).text


@pytest.mark.parametrize(
    "image",
    [
        "python:3.12\nRUN evil",
        "Python:3",
        "python:",
        "python@sha256:12",
        "a b",
        "",
        "--platform=x python",
        "$X",
        "a//b",
    ],
)
def test_what_is_no_image_reference_does_not_get_in(image):
    with pytest.raises(UsageError, match="invalid image reference"):
        recipe(replace(SLIM, image=image))


@pytest.mark.parametrize(
    "image",
    [
        "python",
        "python:3.12-slim",
        "127.0.0.1:5000/a/b_c:T",
        "[::1]:5000/a",
        "ghcr.io/o/r@sha256:" + "a" * 64,
        "LOCALHOST:1/a",
    ],
)
def test_image_references(image):
    assert recipe(replace(OFFICIAL, image=image)).base == image


@pytest.mark.parametrize(
    "cell",
    [
        replace(CELL, tensorflow="2.21.0\nRUN x"),
        replace(CELL, python="3.12;x"),
        replace(CELL, python="latest"),
    ],
)
def test_what_is_no_version_does_not_get_in(cell):
    with pytest.raises(UsageError, match="invalid version"):
        recipe(SLIM, cell=cell)


@pytest.mark.parametrize("name", ["cargo", "../schema/plan", "python-pip.Dockerfile"])
def test_an_unknown_recipe_is_refused_with_those_there_are(name):
    with pytest.raises(UsageError) as refused:
        recipe(replace(SLIM, recipe=name))
    assert refused.value.remedy == "must be one of python-pip, python-uv"


@pytest.mark.parametrize("name", ["python-pip", "python-uv"])
def test_without_mounts_the_steps_stay_and_no_cache_is_left_in_the_image(name):
    text = recipe(replace(SLIM, recipe=name)).text
    bare = without_mounts(text)
    assert "--mount" not in bare
    assert "\nRUN set -eu; export PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1;" in bare
    assert bare.splitlines()[-1] == text.splitlines()[-1]


def test_a_text_without_mounts_is_left_alone():
    assert without_mounts("FROM a\nRUN set -eu; true\n") == "FROM a\nRUN set -eu; true\n"
