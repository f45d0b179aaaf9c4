from __future__ import annotations

from dataclasses import replace

import pytest
from report.samples import DIGEST, HEAD, MIXED, SKIPPED, STAND_IN, passed, results

from tf_docker_check.model.blame import CellBase
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.image import Image
from tf_docker_check.model.observation import BuildResult, Check
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.results.recommend import Recommendation, recommend

UNTOUCHED = CellBase(untouched=True)


def cell(strategy: str, gb: float = 2.0, took: float = 4.0, **rest: object) -> CellResult:
    names = {
        name: rest.pop(name, default)
        for name, default in (("tensorflow", "2.21.0"), ("python", "3.12"), ("runner", "cpu"))
    }
    made = passed(Cell(strategy, **names), gb=gb)  # type: ignore[arg-type]
    timed = replace(made, checks=(Check("import", Status.PASSED, seconds=took),), base=UNTOUCHED)
    return replace(timed, **rest)  # type: ignore[arg-type]


def failed(result: CellResult) -> CellResult:
    return replace(result, status=Status.FAILED)


def test_the_one_on_every_runner_wins_though_others_are_smaller():
    found = recommend(HEAD)
    assert (found.strategy, found.image_id) == ("slim-cuda", "slim-cuda/tf2.21.0/py3.12")
    assert (found.base, found.digest) == ("python:3.12-slim", DIGEST)
    assert found.reasons[0] == "works on cpu and gpu"
    assert "sees the GPU" in found.reasons


@pytest.mark.parametrize(
    ("cells", "strategy"),
    [
        ((cell("a", 1.0), cell("b", 2.0)), "a"),
        ((cell("a", 2.0, 4.0), cell("b", 2.05, 8.0)), "a"),
        ((cell("a", 2.0), cell("b", 2.05)), ""),
        ((cell("a", 0), cell("b", 0)), ""),
        ((cell("a", 1.0), failed(cell("b", 0.5))), "a"),
        ((failed(cell("a")), failed(cell("b"))), ""),
        ((cell("a", 1.0, tensorflow="2.9.0"), cell("b", 2.0, tensorflow="2.21.0")), "b"),
        ((cell("a", 1.0, tensorflow="2.22.0rc1"), cell("b", 2.0, tensorflow="2.21.0")), "b"),
        ((cell("a", 1.0, tensorflow="nightly"), cell("b", 2.0, tensorflow="2.21.0")), "b"),
        ((cell("a", python="3.11"), cell("a", python="3.12")), "a"),
        ((cell("a", 1.0), cell("b", 2.0), cell("b", 2.0, runner="gpu")), "b"),
        ((cell("a", 1.0), failed(cell("a", 1.0, runner="gpu")), cell("b", 2.0)), "b"),
    ],
    ids=[
        "smaller",
        "quicker",
        "alike",
        "sizes unknown",
        "works",
        "none works",
        "newer TensorFlow",
        "a release, not a candidate",
        "a release, not a night's build",
        "one strategy",
        "more runners",
        "fails somewhere",
    ],
)
def test_the_winner(cells, strategy):
    found = recommend(results(*cells))
    assert found.strategy == strategy
    assert bool(found.why_not) == (not strategy)
    assert found == recommend(results(*reversed(cells)))


def test_of_one_strategy_the_newest_python_stands():
    found = recommend(results(cell("a", python="3.9"), cell("a", python="3.12"), cell("a", python="3.11")))
    assert found.image_id == "a/tf2.21.0/py3.12"


def test_of_one_strategy_the_newest_release_stands():
    versions = ("2.20.0", "2.21.0", "2.22.0rc0", "nightly")
    found = recommend(results(*(cell("a", tensorflow=version) for version in versions)))
    assert found.image_id == "a/tf2.21.0/py3.12"


def test_no_clear_winner_says_between_whom():
    found = recommend(results(cell("a", 2.0), cell("b", 2.05)))
    assert found.why_not == "`a` works (2.0 GB, import 4.0 s); `b` works (2.0 GB, import 4.0 s)"


def test_of_many_that_are_alike_a_few_are_named():
    found = recommend(results(*(cell(name, 2.0) for name in "abcde")))
    assert found.why_not.count("works") == 3
    assert found.why_not.endswith("; and 2 more")


def test_a_base_on_which_the_users_image_fails_is_not_recommended():
    slim, official = cell("slim", 1.0), cell("official", 2.0)
    mine = failed(cell("mine", 1.1, base=CellBase(slim.id)))
    other = cell("theirs", 2.1, base=CellBase(official.id))
    found = recommend(results(slim, official, mine, other))
    assert found.strategy == "official"
    assert found.reasons[0] == "works on cpu with cells built on it (1)"


def test_where_the_users_image_fails_on_every_base_the_bases_are_told_by_themselves():
    slim, official = cell("slim", 1.0), cell("official", 2.0)
    mine = [failed(cell(f"mine-{base.cell.strategy}", base=CellBase(base.id))) for base in (slim, official)]
    found = recommend(results(slim, official, *mine))
    assert found.strategy == "slim"
    assert found.reasons[0] == "works on cpu"
    assert found.remarks == ("cells built on it fail: `mine-slim`",)


@pytest.mark.parametrize(
    ("cells", "why_not"),
    [
        (
            (cell("a"), failed(cell("mine", base=CellBase(cell("a").id)))),
            "`a` works, cells built on it do not",
        ),
        ((failed(cell("a")), failed(cell("b"))), "no image passes in all of its cells"),
    ],
)
def test_why_there_is_none(cells, why_not):
    assert recommend(results(*cells)) == Recommendation(why_not=why_not)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ((cell("a"), failed(cell("a", python="3.11"))), "no other strategy was checked"),
        ((cell("a"), failed(cell("b"))), "no other strategy passes in all of its cells"),
    ],
)
def test_what_it_is_compared_with_is_told(cells, reason):
    assert recommend(results(*cells)).reasons[1] == reason


def test_a_control_that_was_added_may_be_recommended_for_what_stands_on_it():
    control = cell("base-of-mine", base=CellBase(untouched=True, added=True))
    found = recommend(results(control, cell("mine", base=CellBase(control.id))))
    assert found.strategy == "base-of-mine"


def test_a_stand_in_is_never_recommended_in_silence():
    found = recommend(results(STAND_IN))
    assert found.stand_in
    assert "a stand-in was checked, not the published image" in found.remarks


def test_what_moves_is_told():
    build = BuildResult(
        Status.PASSED,
        base="tensorflow/tensorflow:latest-gpu",
        dockerfile="RUN pip install tensorflow[and-cuda]",
    )
    remarks = recommend(results(cell("a", build=build))).remarks
    assert remarks[0] == "the tag `latest-gpu` can change: pin the digest"
    assert remarks[1].startswith("`tensorflow[and-cuda]` allows ranges")


def test_a_pulled_images_digest_is_the_registrys():
    image = Image("sha256:local", digest="sha256:theirs", size=1)
    assert recommend(results(cell("a", image=image))).digest == "sha256:theirs"


def test_a_runner_where_it_was_not_checked_is_told():
    found = recommend(results(cell("a", 1.0), replace(SKIPPED)))
    assert found.remarks == ("not known to work on gpu",)


@pytest.mark.parametrize("found", [Results(), results(SKIPPED)])
def test_nothing_checked_nothing_said(found):
    assert recommend(found) == Recommendation()


def test_without_untouched_images_the_users_own_are_compared():
    assert recommend(MIXED).strategy == "slim"
