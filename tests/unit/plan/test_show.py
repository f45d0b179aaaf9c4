import json
from dataclasses import replace

import jsonschema
import pytest

from tf_docker_check.model.config import Config, Gpu, Runner, Strategy, UserDockerfile
from tf_docker_check.model.prediction import PredictionSummary, Verdict
from tf_docker_check.plan.make import make_plan
from tf_docker_check.plan.show import show
from tf_docker_check.resources.files import document

STRATEGIES = (
    Strategy("official-gpu", "tensorflow/tensorflow:{tensorflow}-gpu", gpu=True),
    Strategy("slim", "python:{python}-slim", ("tensorflow=={tensorflow}",)),
    Strategy("on-slim", dockerfile=UserDockerfile("docker/Dockerfile", target="run"), on="slim"),
    Strategy("mine", dockerfile=UserDockerfile("Dockerfile")),
)
RUNNERS = (Runner("cpu"), Runner("gpu", ("self-hosted", "gpu"), Gpu.REQUIRE))
CONFIG = Config(STRATEGIES, RUNNERS, python=("auto", "3.14"), exclude=("mine@gpu",))
PLAN = make_plan(CONFIG, {"gpu": "no GPU on this machine"})


def test_the_table():
    assert (
        show(PLAN, "table")
        == """\
CELL                         GPU      BUILD      IMAGE
official-gpu/tf2.21.0@cpu    off      as pulled  tensorflow/tensorflow:2.21.0-gpu
official-gpu/tf2.21.0@gpu    require  -          skipped: no GPU on this machine
slim/tf2.21.0/py3.13@cpu     off      #1         python:3.13-slim
on-slim/tf2.21.0/py3.13@cpu  off      #2         docker/Dockerfile on build #1
mine@cpu                     off      #3         Dockerfile

Excluded:
  slim/tf2.21.0/py3.13@gpu, on-slim/tf2.21.0/py3.13@gpu: CPU-only TensorFlow on a GPU runner \
(an `include` pattern that ends in @gpu overrides this)
  slim/tf2.21.0/py3.14@cpu, slim/tf2.21.0/py3.14@gpu, on-slim/tf2.21.0/py3.14@cpu, \
on-slim/tf2.21.0/py3.14@gpu: \
tensorflow 2.21.0 has no wheel for Python 3.14; take Python 3.10, 3.11, 3.12 or 3.13
  mine@gpu: ruled out by `exclude: mine@gpu`

5 cells, 3 builds, 1 skipped, 7 excluded"""
    )


FOREDOOMED = PredictionSummary(
    "cpu", Verdict.FAILS, True, "avx", "no AVX", "cpu-instruction", "use another host"
)


def test_what_is_predicted_to_fail_is_marked():
    first, second, *rest = PLAN.cells
    likely = replace(FOREDOOMED, sure=False)
    works = PredictionSummary("cpu", Verdict.WORKS, True)
    cells = (replace(first, predicted=FOREDOOMED), replace(second, predicted=likely), *rest)
    shown = show(replace(PLAN, cells=(*cells[:-1], replace(cells[-1], predicted=works))), "table")
    marked = shown.partition("Predicted to fail:\n")[2].partition("\n\n")[0]
    assert marked == f"  {first.cell.id}: surely, no AVX\n  {second.cell.id}: likely, no AVX"
    told = json.loads(show(replace(PLAN, cells=cells), "json"))
    jsonschema.validate(told, document("schema/plan.json"))
    assert (told["cells"][0]["predicted"]["cause"], told["cells"][2]["predicted"]) == (
        "cpu-instruction",
        None,
    )


def test_the_table_is_safe_for_a_terminal():
    assert "\x1b" not in show(replace(PLAN, cells=(replace(PLAN.cells[1], skip="\x1b[2Jgone"),)), "table")


def test_json_fits_its_schema_and_names_each_recipe_once():
    plan = json.loads(show(PLAN, "json"))
    schema = document("schema/plan.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(plan, schema)
    keys = [recipe["key"] for recipe in plan["recipes"]]
    assert len(keys) == len(set(keys)) == 4
    assert {cell["recipe"] for cell in plan["cells"]} <= set(keys)
    parents = [
        (recipe["parent"], number) for number, recipe in enumerate(plan["recipes"]) if recipe["parent"]
    ]
    assert all(keys.index(parent) < number for parent, number in parents)
    assert len(plan["excluded"]) == 7


@pytest.mark.parametrize("broken", [{"schema": 2}, {"cells": [{"id": "a@b"}]}, {"notes": "none"}])
def test_the_schema_refuses(broken):
    plan = {**json.loads(show(PLAN, "json")), **broken}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan, document("schema/plan.json"))


def test_github_gets_one_line_with_every_cell_even_those_without_a_gpu_here():
    printed = show(PLAN, "github", RUNNERS)
    assert "\n" not in printed
    jobs = json.loads(printed)["include"]
    assert [job["cells"] for job in jobs] == [cell.cell.id for cell in PLAN.cells]
    assert jobs[1]["runs-on"] == ["self-hosted", "gpu"]
    assert jobs[1]["gpu"] == "require"
    assert jobs[0]["slug"] == PLAN.cells[0].cell.slug
