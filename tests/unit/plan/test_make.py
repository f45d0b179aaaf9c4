from tf_docker_check.model.config import Config, Gpu, Limits, Runner, Strategy, UserDockerfile
from tf_docker_check.plan.make import make_plan

OFFICIAL = Strategy("official", "tensorflow/tensorflow:{tensorflow}")
OFFICIAL_GPU = Strategy("official-gpu", "tensorflow/tensorflow:{tensorflow}-gpu", gpu=True)
SLIM = Strategy("slim", "python:{python}-slim", ("tensorflow=={tensorflow}",))
ON_SLIM = Strategy("on-slim", dockerfile=UserDockerfile("Dockerfile"), on="slim")


def planned(*strategies, no_gpu=None, **settings):
    return {cell.cell.id: cell for cell in make_plan(Config(strategies, **settings), no_gpu).cells}


def test_what_a_cell_promises_about_a_gpu():
    runners = (Runner("cpu"), Runner("static", gpu=Gpu.STATIC), Runner("gpu", gpu=Gpu.REQUIRE))
    cells = planned(OFFICIAL, OFFICIAL_GPU, runners=runners, include=("*", "official@gpu"))
    assert {name: str(cell.gpu) for name, cell in cells.items()} == {
        "official/tf2.21.0@cpu": "off",
        "official/tf2.21.0@static": "off",
        "official/tf2.21.0@gpu": "off",
        "official-gpu/tf2.21.0@cpu": "off",
        "official-gpu/tf2.21.0@static": "static",
        "official-gpu/tf2.21.0@gpu": "require",
    }


def test_a_promised_gpu_that_is_not_there_skips_with_the_reason():
    runners = (Runner("cpu"), Runner("gpu", gpu=Gpu.REQUIRE), Runner("remote", gpu=Gpu.REQUIRE))
    cells = planned(OFFICIAL_GPU, runners=runners, no_gpu={"gpu": "no driver", "cpu": "no driver"})
    assert {name.split("@")[1]: cell.skip for name, cell in cells.items()} == {
        "cpu": "",
        "gpu": "no driver",
        "remote": "",
    }


def test_the_last_matching_timeout_wins():
    cells = planned(
        OFFICIAL, SLIM, timeouts=(("*", 10), ("slim", 20), ("slim/*@gpu", 30)), limits=Limits(check_seconds=5)
    )
    assert [cell.timeout for cell in cells.values()] == [10, 20]
    assert [cell.timeout for cell in planned(OFFICIAL, limits=Limits(check_seconds=5)).values()] == [5]


def test_cells_share_builds_and_parents_come_first():
    plan = make_plan(Config((ON_SLIM, SLIM), runners=(Runner("a"), Runner("b"))))
    assert len(plan.cells) == 4
    assert [bool(recipe.parent) for recipe in plan.recipes] == [False, True]


def test_notes_of_the_configuration_and_the_matrix_are_kept():
    plan = make_plan(Config((OFFICIAL,), exclude=("*", "typo"), notes=("picked official",)))
    assert plan.notes == (
        "picked official",
        "the cell pattern 'typo' matches nothing",
        "nothing to check: every cell is excluded",
    )


def test_auto_goes_by_the_requirements():
    plan = make_plan(Config((OFFICIAL,), tensorflow=("auto",)), requirements=("tensorflow<2.17",))
    assert [cell.cell.tensorflow for cell in plan.cells] == ["2.16.1"]
