from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.fake import FakeEngine, image
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Checks, Config, FleetHost, Gpu, Runner, Strategy, UserDockerfile
from tf_docker_check.model.image import EngineInfo
from tf_docker_check.model.prediction import PredictionSummary
from tf_docker_check.model.recipe import Plan, Recipe
from tf_docker_check.pipeline.context import RunContext
from tf_docker_check.pipeline.machines import runner_machine
from tf_docker_check.pipeline.predict_cells import add_predictions, forecast, list_images
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.pipeline.run import run_plan
from tf_docker_check.plan.make import make_plan
from tf_docker_check.resources.hosts import hosts
from tf_docker_check.results.prediction_check import disagreements

SLIM = Strategy("slim", "python:{python}-slim", ("tensorflow=={tensorflow}",))
CUDA = Strategy("cuda", "python:{python}-slim", ("tensorflow[and-cuda]=={tensorflow}",), gpu=True)
MINE = Strategy("mine", dockerfile=UserDockerfile("Dockerfile"), on="slim")
RUNNERS = (Runner("cpu"), Runner("gpu", gpu=Gpu.REQUIRE, docker_host="tcp://far:2376"))
CONFIG = Config((SLIM, CUDA), RUNNERS, ("2.14.0", "2.21.0"), ("3.11",), fleet=(FleetHost("gpu", "g5"),))


def marked(config: Config, project: Path = Path()) -> dict[str, PredictionSummary | None]:
    plan: Plan = make_plan(config)
    found = add_predictions(config, plan, project, lambda name: runner_machine(config, name))
    return {planned.cell.id: planned.predicted for planned in found.cells}


def test_each_image_once_impossible_ones_too() -> None:
    config = replace(CONFIG, python=("3.11", "3.14"), exclude=("cuda",))
    assert [cell.image_id for cell in list_images(config)] == [
        "slim/tf2.14.0/py3.11",
        "slim/tf2.14.0/py3.14",
        "slim/tf2.21.0/py3.11",
        "slim/tf2.21.0/py3.14",
    ]


def test_an_image_is_held_to_its_promise_where_the_host_has_a_gpu() -> None:
    profiles = (hosts()["g5"], hosts()["ubuntu-24.04"])
    config = replace(CONFIG, tensorflow=("2.21.0",))
    found = {
        cell.image_id: [str(one.verdict) for one in told] for cell, told in forecast(config, Path(), profiles)
    }
    assert found == {"slim/tf2.21.0/py3.11": ["works", "works"], "cuda/tf2.21.0/py3.11": ["fails", "works"]}
    static = replace(config, runners=(Runner("cpu", gpu=Gpu.STATIC),))
    assert [str(one.verdict) for one in forecast(static, Path(), profiles)[1][1]] == ["fails", "fails"]


def test_a_plans_cells_are_judged_for_their_runners_machine() -> None:
    found = marked(CONFIG)
    good = found["slim/tf2.21.0/py3.11@cpu"]
    assert good
    assert (good.host, str(good.verdict)) == ("this-machine", "works")
    bad = found["cuda/tf2.21.0/py3.11@gpu"]
    assert bad
    assert (bad.host, str(bad.verdict), bad.cause) == ("gpu", "fails", "cuda-lib-missing")
    pinned = found["slim/tf2.14.0/py3.11@cpu"]
    assert pinned
    assert (pinned.cause, pinned.sure) == ("numpy-abi", True)


def test_what_is_skipped_or_not_configured_is_not_predicted() -> None:
    plan = make_plan(CONFIG, {"gpu": "no GPU"})
    added = replace(plan.cells[0], cell=replace(plan.cells[0].cell, strategy="base-image"))
    found = add_predictions(
        CONFIG, replace(plan, cells=(*plan.cells, added)), Path(), lambda name: runner_machine(CONFIG, name)
    )
    without = {planned.cell.id for planned in found.cells if planned.predicted is None}
    assert without == {added.cell.id, *(planned.cell.id for planned in plan.cells if planned.skip)}


def test_an_image_added_for_comparison_is_predicted() -> None:
    plan = make_plan(CONFIG)
    cell = Cell("base-of-mine", "2.21.0", "", "gpu")
    recipe = Recipe("tensorflow/tensorflow:2.21.0-gpu")
    added = replace(plan.cells[0], cell=cell, recipe=recipe, gpu=Gpu.REQUIRE)
    [found] = add_predictions(
        CONFIG, replace(plan, cells=(added,)), Path(), lambda name: runner_machine(CONFIG, name)
    ).cells
    assert found.predicted
    assert (found.predicted.rule, found.predicted.cause) == ("gpu-libraries", "cudnn-mismatch")


def test_a_dockerfile_counts_for_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN pip install 'tensorflow==2.13.1'\n")
    config = Config((MINE,), tensorflow=("2.21.0",), python=("3.12",), bases=(SLIM,))
    [found] = marked(config, tmp_path).values()
    assert found
    assert (str(found.verdict), found.rule, found.sure) == ("fails", "exists", False)
    assert "2.13.1" in found.reason


def test_a_run_records_what_was_foretold_for_the_engine_it_ran_on(climber: Callable[..., object]) -> None:
    config = Config((replace(SLIM, image="python:3.11-slim"),), tensorflow=("2.14.0",), python=("3.11",))
    far = replace(config, runners=(Runner("cpu", docker_host="tcp://far:2376"),))
    told = EngineInfo("docker", "20.10.7", architecture="aarch64", cpus=2, memory=8 << 30)
    engine = FakeEngine(hub={"python:3.11-slim": image("python:3.11-slim")}, told=told, on_run=climber())
    directory = ResultsDir(Path(), "out")
    context = RunContext(far, Path(), directory, lambda _: None, lambda _: engine, "r1")
    results = run_plan(context, make_plan(far))
    [cell] = results.cells
    assert cell.predicted
    assert (cell.predicted.host, str(cell.predicted.verdict), cell.predicted.rule) == (
        "cpu",
        "fails",
        "architecture",
    )
    assert disagreements(results)


def test_requirements_count_from_the_folder_that_the_build_sees(tmp_path: Path) -> None:
    folder = tmp_path / "pinned"
    folder.mkdir()
    (folder / "Dockerfile").write_text(
        "FROM python:3.11-slim\nCOPY . .\nRUN pip install -r requirements.txt\n"
    )
    (folder / "requirements.txt").write_text("protobuf==4.25.8\n")
    mine = Strategy("mine", dockerfile=UserDockerfile("pinned/Dockerfile", context="pinned"), on="slim")
    found = marked(Config((SLIM, mine), RUNNERS[:1], ("2.21.0",), ("3.11",)), tmp_path)
    told = found["mine/tf2.21.0/py3.11@cpu"]
    assert told
    assert (told.rule, str(told.verdict)) == ("conflict", "unknown")
    assert "protobuf==4.25.8 is asked for" in told.reason


def test_a_dockerfile_on_a_gpu_image_promises_a_gpu_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM tensorflow/tensorflow:2.18.0-gpu\n")
    config = Config((replace(MINE, on=""),), tensorflow=("2.18.0",), python=("3.11",))
    [(_, predictions)] = forecast(config, tmp_path, [hosts()["g5"], hosts()["ubuntu-24.04"]])
    assert [one.short.cause for one in predictions] == ["cudnn-mismatch", "cudnn-mismatch"]
    hidden = "FROM tensorflow/tensorflow:2.18.0-gpu\nENV CUDA_VISIBLE_DEVICES=-1\n"
    (tmp_path / "Dockerfile").write_text(hidden)
    [(_, predictions)] = forecast(config, tmp_path, [hosts()["g5"], hosts()["ubuntu-24.04"]])
    assert [str(one.verdict) for one in predictions] == ["works", "works"]


TRAINING = "s = tf.distribute.MultiWorkerMirroredStrategy()\nmodel.fit(x)\n"


def test_keras_3_on_several_workers_is_foretold_and_fails_where_two_are_run(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/train.py").write_text(TRAINING)
    host = [hosts()["ubuntu-24.04"]]

    def predicted(text: str, *commands: str) -> tuple[str, str]:
        (tmp_path / "Dockerfile").write_text(text)
        config = Config(
            (replace(MINE, on=""),),
            tensorflow=("2.21.0",),
            python=("3.11",),
            checks=Checks(distributed_commands=commands),
        )
        [(_, [one])] = forecast(config, tmp_path, host)
        return str(one.verdict), one.short.reason if one.judgements else ""

    verdict, reason = predicted("FROM tensorflow/tensorflow:2.21.0\n")
    assert verdict == "degraded"
    assert reason.startswith("src/train.py:1 trains by `fit` under MultiWorkerMirroredStrategy")
    run = "python src/train.py"
    assert predicted("FROM tensorflow/tensorflow:2.21.0\n", run)[0] == "fails"
    assert predicted("FROM tensorflow/tensorflow:2.15.0\n", run)[0] == "works"
    legacy = (
        "FROM tensorflow/tensorflow:2.21.0\nRUN pip install tf_keras==2.21.0\nENV TF_USE_LEGACY_KERAS=1\n"
    )
    assert predicted(legacy, run)[0] == "works"


@pytest.mark.parametrize("copied", ["", "COPY --from=0 /out /out\n"])
def test_a_stage_that_must_be_built_first_counts_and_no_other(tmp_path: Path, copied: str) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM python:3.12-slim-trixie\nRUN pip install tensorflow==2.21.0 && apt-get update && "
        f"apt-get install -y libncurses5\nFROM tensorflow/tensorflow:2.21.0\n{copied}"
    )
    config = Config((replace(MINE, on=""),), tensorflow=("2.21.0",), python=("3.11",))
    [(_, [told])] = forecast(config, tmp_path, [hosts()["ubuntu-24.04"]])
    assert str(told.verdict) == ("fails" if copied else "works")
