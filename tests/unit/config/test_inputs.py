from __future__ import annotations

from pathlib import Path

import pytest

from config.projects import loaded, mistakes
from tf_docker_check.config.inputs import split_list
from tf_docker_check.model.config import Gpu, Runner, UserDockerfile


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a, b\nc,,\n", ["a", "b", "c"]),
        (">=2.15,<2.18", [">=2.15,<2.18"]),
        ("2.14.0, >=2.15, <2.18,!=2.16.0\nlatest", ["2.14.0", ">=2.15,<2.18,!=2.16.0", "latest"]),
        ("2.14.0,<2.12", ["2.14.0", "<2.12"]),
        (" ", []),
    ],
)
def test_lists(text: str, expected: list[str]) -> None:
    assert split_list(text) == expected


FILE = """\
defaults: {tensorflow: 2.20.0, python: "3.11", timeout-minutes: 3}
strategies: {slim: , official: }
runners: {a: {gpu: require}, b: {}}
matrix: {include: x, exclude: y, max-cells: 3}
limits: {parallel: 2, check-minutes: 4, disk-reserve-gb: 9}
fail-on: any
"""


def test_inputs_win_over_the_file(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        FILE,
        tensorflow_versions="2.21.0,latest",
        python_versions="3.12",
        strategies="slim-cuda\nslim",
        cell="slim/tf2.21.0/py3.12@a",
        gpu="static",
        fail_on="never",
        max_parallel="7",
        timeout_minutes="1",
        max_cells="9",
        disk_reserve_gb="0.5",
    )
    assert config.tensorflow == ("2.21.0", "latest")
    assert config.python == ("3.12",)
    assert [strategy.name for strategy in config.strategies] == ["slim-cuda", "slim"]
    assert (config.include, config.exclude) == (("slim/tf2.21.0/py3.12@a",), ("y",))
    assert config.runners == (Runner("a", gpu=Gpu.STATIC), Runner("b", gpu=Gpu.STATIC))
    assert config.fail_on == "never"
    limits = config.limits
    assert (limits.parallel, limits.max_cells, limits.disk_reserve_gb) == (7, 9, 0.5)
    assert (limits.build_seconds, limits.check_seconds) == (60, 60)


def test_empty_inputs_and_those_of_others_say_nothing(tmp_path: Path) -> None:
    given = {"strategies": " ", "cell": "", "gpu": "auto", "mode": "run", "comment-key": "x"}
    assert loaded(tmp_path, FILE, **given) == loaded(tmp_path, FILE)


@pytest.mark.parametrize(
    ("gpu", "runners"),
    [
        ("auto", (Runner("cpu"),)),
        ("off", (Runner("cpu", gpu=Gpu.OFF),)),
        ("static", (Runner("cpu", gpu=Gpu.STATIC),)),
        ("require", (Runner("gpu", gpu=Gpu.REQUIRE),)),
    ],
)
def test_what_gpu_means_without_runners(tmp_path: Path, gpu: str, runners: tuple[Runner, ...]) -> None:
    assert loaded(tmp_path, gpu=gpu).runners == runners


def test_one_of_several_bases_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "D").touch()
    text = "strategies: {mine: {dockerfile: D, on: [slim, official]}}"
    chosen = loaded(tmp_path, text, strategies="mine-on-official")
    assert [strategy.name for strategy in chosen.strategies] == ["mine-on-official"]
    assert [strategy.name for strategy in chosen.bases] == ["official"]
    assert len(loaded(tmp_path, text, strategies="mine").strategies) == 2


def test_a_dockerfile_alone_is_left_to_detection(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/Dockerfile").touch()
    config = loaded(tmp_path, context="app", target="run", build_args="A=1,2\n\nB=x=y")
    assert config.strategies == ()
    assert config.dockerfile == UserDockerfile("app/Dockerfile", "app", "run", (("A", "1,2"), ("B", "x=y")))


@pytest.mark.parametrize(
    ("text", "strategies", "names"),
    [
        ("", "slim", ["slim", "dockerfile"]),
        ("", "dockerfile", ["dockerfile"]),
        ("strategies: [slim]", "", ["slim", "dockerfile"]),
        ("strategies: [slim]", "official", ["official", "dockerfile"]),
        ("strategies: {dockerfile: {dockerfile: D, context: app}}", "", ["dockerfile"]),
    ],
)
def test_a_dockerfile_is_one_strategy_more(
    tmp_path: Path, text: str, strategies: str, names: list[str]
) -> None:
    (tmp_path / "D").touch()
    (tmp_path / "app").mkdir()
    config = loaded(tmp_path, text, strategies=strategies, dockerfile="D", target="t")
    assert [strategy.name for strategy in config.strategies] == names
    own = config.strategies[-1].dockerfile
    assert own is not None
    assert (own.path, own.target, own.context) == ("D", "t", "app" if "app" in text else ".")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "fail_on",
            "nevr",
            "input fail-on: invalid value 'nevr'; must be one of new, any, error, never; did you mean 'never'?",
        ),
        (
            "gpu",
            "requir",
            "input gpu: invalid value 'requir'; must be one of auto, off, static, require; did you mean 'require'?",
        ),
        ("max_parallel", "-1", "input max-parallel: -1 is not a whole number"),
        ("timeout_minutes", "soon", "input timeout-minutes: 'soon' is not a number of minutes above 0"),
        ("disk_reserve_gb", "2g", "input disk-reserve-gb: '2g' is not a number of gigabytes"),
        ("build_args", "A", "input build-args: 'A' has no value; write NAME=VALUE"),
        ("build_args", "A-B=1", "input build-args: 'A-B' is not a variable's name"),
        ("dockerfile", "nope", "input dockerfile: Dockerfile not found: 'nope'"),
        (
            "python_versions",
            "3.11, x",
            "input python-versions: invalid version 'x'; write it like 3.12, >=3.10, all or auto",
        ),
    ],
)
def test_a_wrong_input_is_named(tmp_path: Path, name: str, value: str, message: str) -> None:
    (tmp_path / "Dockerfile").touch()
    assert mistakes(tmp_path, **{name: value}) == [message]


GPU_FILE = "runners: {a: , b: {gpu: require, runs-on: old}, c: {gpu: static}}\n"


@pytest.mark.parametrize(
    ("file", "inputs", "runners"),
    [
        ("", {"cpu_runs_on": "big"}, {"cpu": (("big",), None)}),
        (
            "",
            {"gpu_runs_on": "self-hosted, gpu"},
            {"gpu": (("self-hosted", "gpu"), Gpu.REQUIRE), "cpu": (("ubuntu-latest",), None)},
        ),
        (
            "",
            {"cpu_runs_on": "big", "gpu_runs_on": '["self-hosted", "gpu"]'},
            {"cpu": (("big",), None), "gpu": (("self-hosted", "gpu"), Gpu.REQUIRE)},
        ),
        (
            GPU_FILE,
            {"cpu_runs_on": "big", "gpu_runs_on": "new"},
            {"a": (("big",), None), "b": (("new",), Gpu.REQUIRE), "c": (("big",), Gpu.STATIC)},
        ),
        (
            "runners: {a: }",
            {"gpu_runs_on": "new"},
            {"a": (("ubuntu-latest",), None), "gpu": (("new",), Gpu.REQUIRE)},
        ),
        ("runners: {b: {gpu: require}}", {"cpu_runs_on": "x"}, {"b": (("ubuntu-latest",), Gpu.REQUIRE)}),
        ("", {"cpu_runs_on": "[broken"}, {"cpu": (("[broken",), None)}),
    ],
)
def test_labels_of_runners_by_kind(
    tmp_path: Path, file: str, inputs: dict[str, str], runners: dict[str, object]
) -> None:
    config = loaded(tmp_path, f"strategies: [slim]\n{file}", **inputs)
    assert {runner.name: (runner.runs_on, runner.gpu) for runner in config.runners} == runners
