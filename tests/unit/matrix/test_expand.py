from dataclasses import replace

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.matrix.expand import expand
from tf_docker_check.model.config import Config, Gpu, Limits, Runner, Strategy, UserDockerfile
from tf_docker_check.model.lineage import gpu_policy, promises_gpu

OFFICIAL = Strategy("official", "tensorflow/tensorflow:{tensorflow}")
OFFICIAL_GPU = Strategy("official-gpu", "tensorflow/tensorflow:{tensorflow}-gpu", gpu=True)
SLIM = Strategy("slim", "python:{python}-slim", ("tensorflow=={tensorflow}",))
CUDA = Strategy("cuda", "python:{python}-slim", ("tensorflow[and-cuda]=={tensorflow}",), gpu=True)
MINE = Strategy("mine", dockerfile=UserDockerfile("Dockerfile"))
ON_SLIM = Strategy("on-slim", dockerfile=UserDockerfile("Dockerfile"), on="slim")
GPU = Runner("gpu", gpu=Gpu.REQUIRE)
BOTH = (Runner("cpu"), GPU)


def ids(*strategies, **settings):
    return [cell.id for cell in expand(Config(strategies, **settings)).cells]


def reasons(*strategies, **settings):
    return {excluded.cell.id: excluded.reason for excluded in expand(Config(strategies, **settings)).excluded}


@pytest.mark.parametrize(
    ("strategy", "settings", "cells"),
    [
        (OFFICIAL, {}, ["official/tf2.21.0@cpu"]),
        (OFFICIAL, {"tensorflow": ("2.16",)}, ["official/tf2.16.1@cpu"]),
        (SLIM, {"tensorflow": ("2.16",)}, ["slim/tf2.16.2/py3.12@cpu"]),
        (
            SLIM,
            {"tensorflow": ("2.16.1", "2.16.2"), "python": ("3.10", "3.11")},
            [
                f"slim/tf{tensorflow}/py{python}@cpu"
                for tensorflow in ("2.16.1", "2.16.2")
                for python in ("3.10", "3.11")
            ],
        ),
        (CUDA, {"tensorflow": ("2.14.0",)}, ["cuda/tf2.14.0/py3.10@cpu"]),
        (SLIM, {"tensorflow": ("2.10.0",), "platform": "linux/arm64"}, ["slim/tf2.10.0/py3.10@cpu"]),
        (MINE, {}, ["mine@cpu"]),
        (replace(MINE, tensorflow=("2.20.0",)), {}, ["mine/tf2.20.0@cpu"]),
        (replace(SLIM, image="python:3.11-slim"), {}, ["slim/tf2.21.0@cpu"]),
        (replace(SLIM, install=("tensorflow==2.15.1",)), {"python": ("3.11",)}, ["slim/tf2.15.1/py3.11@cpu"]),
        (replace(OFFICIAL, image="tensorflow/tensorflow:2.17.0"), {}, ["official/tf2.17.0@cpu"]),
        (replace(SLIM, python=("3.10",)), {"python": ("3.12",)}, ["slim/tf2.21.0/py3.10@cpu"]),
    ],
)
def test_cells(strategy, settings, cells):
    assert ids(strategy, **settings) == cells


def test_a_dockerfile_takes_the_versions_of_what_it_stands_on():
    assert ids(SLIM, ON_SLIM, tensorflow=("2.20.0",)) == [
        "slim/tf2.20.0/py3.13@cpu",
        "on-slim/tf2.20.0/py3.13@cpu",
    ]


def test_build_arguments_can_name_versions():
    mine = replace(MINE, dockerfile=UserDockerfile("Dockerfile", build_args=(("TF", "{tensorflow}"),)))
    assert ids(mine, tensorflow=("2.20.0", "2.21.0")) == ["mine/tf2.20.0@cpu", "mine/tf2.21.0@cpu"]


def test_a_gpu_runner_is_not_spent_on_cpu_only_tensorflow():
    assert ids(OFFICIAL, OFFICIAL_GPU, runners=BOTH) == [
        "official/tf2.21.0@cpu",
        "official-gpu/tf2.21.0@cpu",
        "official-gpu/tf2.21.0@gpu",
    ]
    assert "CPU-only" in reasons(OFFICIAL, runners=BOTH)["official/tf2.21.0@gpu"]


def test_unless_its_name_is_asked_for():
    assert ids(OFFICIAL, runners=BOTH, include=("official@gpu",)) == ["official/tf2.21.0@gpu"]
    assert ids(OFFICIAL, runners=BOTH, include=("*",)) == ["official/tf2.21.0@cpu"]


def test_the_promise_of_a_gpu_is_inherited():
    below = replace(ON_SLIM, name="on-cuda", on="cuda")
    assert promises_gpu((below, CUDA))
    assert not promises_gpu((ON_SLIM, SLIM))
    assert not promises_gpu((replace(below, gpu=False), CUDA))


def test_readiness_is_judged_where_no_runner_has_a_say():
    cpu, gpu = Runner("cpu"), Runner("gpu", gpu=Gpu.REQUIRE)
    assert gpu_policy((CUDA,), cpu, (cpu,)) is Gpu.STATIC
    assert gpu_policy((CUDA,), cpu, (cpu, gpu)) is Gpu.OFF
    assert gpu_policy((CUDA,), replace(cpu, gpu=Gpu.OFF), (replace(cpu, gpu=Gpu.OFF),)) is Gpu.OFF
    assert gpu_policy((CUDA,), gpu, (cpu, gpu)) is Gpu.REQUIRE
    assert gpu_policy((SLIM,), gpu, (cpu, gpu)) is Gpu.OFF


def test_include_and_exclude_say_why():
    found = reasons(OFFICIAL, SLIM, MINE, include=("official", "slim"), exclude=("slim/*",))
    assert found == {
        "slim/tf2.21.0/py3.13@cpu": "ruled out by `exclude: slim/*`",
        "mine@cpu": "not selected by `include` (`--cell`)",
    }


def test_a_range_leaves_out_releases_without_an_image_and_says_so():
    found = reasons(OFFICIAL, tensorflow=("2.17.*",))
    assert found == {"official/tf2.17.1@cpu": "tensorflow/tensorflow never had an image of 2.17.1"}


@pytest.mark.parametrize("include", [("nosuch/*",), ("nosuch", "slim@gpu")])
def test_an_include_that_names_no_cell_is_refused(include):
    with pytest.raises(UsageError, match="no cell matches 'nosuch") as raised:
        expand(Config((OFFICIAL,), include=include))
    assert "official/tf" in raised.value.why


def test_patterns_that_match_nothing_are_noted():
    config = Config((OFFICIAL,), exclude=("oficial",), timeouts=(("slim", 3),))
    assert [note for note in expand(config).notes if "matches nothing" in note] == [
        "the cell pattern 'oficial' matches nothing",
        "the cell pattern 'slim' matches nothing",
    ]


def test_too_many_cells_are_refused_with_the_count_of_each_strategy():
    config = Config((OFFICIAL, SLIM), tensorflow=("2.19.*",), limits=Limits(max_cells=2))
    with pytest.raises(UsageError) as refused:
        expand(config)
    assert "3 cells" in refused.value.what
    assert refused.value.why == "official: 1; slim: 2"


def test_excluded_cells_do_not_count():
    assert len(ids(SLIM, tensorflow=("2.19.*",), exclude=("*2.19.0*",), limits=Limits(max_cells=1))) == 1


@pytest.mark.parametrize(
    ("strategies", "said"),
    [((replace(ON_SLIM, on="slym"),), "no strategy"), ((replace(MINE, on="mine"),), "stands on itself")],
)
def test_broken_lineages_are_refused(strategies, said):
    with pytest.raises(UsageError, match=said):
        expand(Config(strategies))


def test_a_release_older_than_the_catalog_is_planned_and_no_python_is_guessed_for_it():
    python_3 = replace(OFFICIAL, image="tensorflow/tensorflow:{tensorflow}-py3")
    assert ids(python_3, SLIM, tensorflow=("1.14.0",)) == ["official/tf1.14.0@cpu"]
    assert ids(SLIM, tensorflow=("1.14.0",), python=("3.6",)) == ["slim/tf1.14.0/py3.6@cpu"]


def test_nothing_to_check_is_an_error_that_says_why():
    config = Config((OFFICIAL, SLIM), tensorflow=("auto",))
    with pytest.raises(UsageError, match="nothing to check") as refused:
        expand(config, ["tensorflow==2.99"])
    assert "is tensorflow==2.99" in refused.value.why
