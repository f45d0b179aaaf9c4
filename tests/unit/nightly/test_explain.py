from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from nightly.made import NEW, NEWER, OLD, cell, record
from tf_docker_check.errors import CannotJudge
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu, UserDockerfile
from tf_docker_check.model.image import Image
from tf_docker_check.model.inspection import Inspection, Package
from tf_docker_check.model.lock import Lock
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.model.results import CellResult
from tf_docker_check.nightly import signature
from tf_docker_check.nightly.bisect import Bisection, BisectionEnd, Budget, SingleChange
from tf_docker_check.nightly.explain import (
    bisect_changes,
    bisect_digests,
    compare_images,
    package_changes,
    pin,
    reuse_explanation,
    with_digest_pair,
)
from tf_docker_check.nightly.night import SeenDigest
from tf_docker_check.nightly.night_report import Regression

PLANNED = PlannedCell(Cell("slim", "2.21.0", "3.12", "cpu"), Recipe("img:1"), Gpu.OFF, 60)
BAD = replace(cell("failed", "numpy-abi", "numpy 1 is there"), image=Image("id"))
FOUND = Regression(
    signature.signature_of(BAD),
    "sig",
    (BAD.id,),
    image="img:1",
    digest=NEW,
    last_good=SeenDigest(OLD, "before", 1),
)
GOOD = replace(cell("passed"), image=Image("id"))


class Lab:
    """Fails as `BAD` does where the recipe installs *culprit*."""

    def __init__(self, culprit: str, otherwise: CellResult = GOOD) -> None:
        self.culprit, self.otherwise, self.recipes = culprit, otherwise, list[Recipe]()

    def __call__(self, cells: Sequence[PlannedCell], lock: Lock) -> Sequence[CellResult]:
        (planned,) = cells
        self.recipes.append(planned.recipe)
        text = (planned.recipe.parent or planned.recipe).text
        return [BAD if re.search(rf"{self.culprit}(\s|$)", text) else self.otherwise]


def image(**versions: str) -> Inspection:
    return Inspection(complete=True, pip=tuple(Package(name, version) for name, version in versions.items()))


def test_what_two_images_differ_in_can_be_tried_the_biggest_suspects_first() -> None:
    images = {
        f"img@{OLD}": image(zebra="1", numpy="2", gone="1"),
        f"img@{NEW}": image(zebra="2", numpy="1.23"),
    }
    found, atoms = compare_images(FOUND, images.__getitem__)
    assert [each.name for each in found.changes] == ["numpy", "gone", "zebra"]
    assert atoms == (
        SingleChange("pip", "numpy", "2", "1.23"),
        SingleChange("pip", "gone", "1", ""),
        SingleChange("pip", "zebra", "1", "2"),
    )


def test_images_that_cannot_be_had_are_a_note() -> None:
    def gone(_: str) -> Inspection:
        raise CannotJudge("no registry")

    found, atoms = compare_images(FOUND, gone)
    assert (atoms, found.changes) == ((), ())
    assert "no registry" in found.notes[0]


def test_the_change_that_does_it_is_found_on_the_good_image() -> None:
    lab = Lab("numpy==1.23")
    atoms = [SingleChange("pip", name, "2", "1.23") for name in ("a", "b", "numpy", "c")]
    found = bisect_changes(FOUND, PLANNED, atoms, good_packages={}, check=lab, budget=Budget(1e9))
    assert (found.ending, [each.name for each in found.culprits]) == (BisectionEnd.ISOLATED, ["numpy"])
    assert (found.good, found.bad) == (OLD, NEW)
    assert {recipe.base for recipe in lab.recipes} == {f"img@{OLD}"}


def test_packages_that_pip_had_put_there_are_put_there_first() -> None:
    lab = Lab("numpy==3")
    good, bad = {"numpy": "2", "six": "1"}, {"numpy": "3", "six": "2"}
    atoms = package_changes(good, bad)
    found = bisect_changes(FOUND, PLANNED, atoms, good_packages=good, check=lab, budget=Budget(1e9))
    assert [each.name for each in found.culprits] == ["numpy"]
    assert all("install --no-deps numpy==2 six==1" in recipe.text for recipe in lab.recipes)


def test_a_users_dockerfile_stands_on_the_trial() -> None:
    lab, user = Lab("numpy==1.23"), UserDockerfile("Dockerfile")
    own = replace(PLANNED, recipe=Recipe("", user=user))
    bisect_changes(
        FOUND,
        own,
        [SingleChange("pip", "numpy", "2", "1.23")],
        good_packages={},
        check=lab,
        budget=Budget(1e9),
    )
    assert all(recipe.user == user and recipe.parent for recipe in lab.recipes)


@pytest.mark.parametrize(
    "otherwise",
    [
        replace(cell("failed", "no-wheel"), image=Image("id")),
        replace(cell("failed", "dependency-conflict"), image=None),
        replace(cell("errored"), image=Image("id")),
    ],
)
def test_a_good_image_that_is_not_good_ends_the_search(otherwise: CellResult) -> None:
    found = bisect_changes(
        FOUND, PLANNED, [SingleChange("pip", "numpy", "2", "1")], good_packages={}, check=Lab("-", otherwise),
        budget=Budget(1e9),
    )  # fmt: skip
    assert (found.ending, found.culprits) == (BisectionEnd.NO_PAIR, ())


def test_digests_in_between_narrow_the_pair() -> None:
    records = [
        record(1, cell=BAD.id),
        record(2, "errored", BAD.id, NEWER),
        record(3, "failed", BAD.id, NEW),
    ]

    def check(cells: Sequence[PlannedCell], lock: Lock) -> Sequence[CellResult]:
        return [BAD if lock.images["img:1"].digest == NEWER else GOOD]

    pair = bisect_digests(FOUND, PLANNED, records, check=check, platform="linux/amd64", budget=Budget(1e9))
    assert pair == (OLD, NEWER)


def test_a_failure_that_was_never_well_keeps_the_night_it_was_first_seen() -> None:
    never = replace(FOUND, digest=NEWER, last_good=SeenDigest(), first_bad=SeenDigest(NEW, "2026-01-01", 1))
    records = [
        record(1, "failed", BAD.id, NEW),
        record(2, "errored", BAD.id, ""),
        record(3, "failed", BAD.id, NEWER),
    ]
    pair = bisect_digests(never, PLANNED, records, check=Lab("-"), platform="linux/amd64", budget=Budget(1e9))
    assert with_digest_pair(never, pair, records) == never


NIGHTS = replace(
    FOUND, last_good=SeenDigest(OLD, "2026-01-01", 1), first_bad=SeenDigest(NEW, "2026-01-03", 3)
)
SEEN = tuple(
    record(run, cell=BAD.id, digest=digest)
    for run, digest in ((1, OLD), (2, OLD), (2, NEWER), (2, NEW), (3, NEW))
)


@pytest.mark.parametrize(
    ("pair", "good", "bad"),
    [
        ((OLD, NEW), 1, 3),
        ((NEWER, NEW), 2, 3),
        ((OLD, NEWER), 1, 2),
    ],
)
def test_a_narrowed_pair_has_the_nights_that_saw_it(pair: tuple[str, str], good: int, bad: int) -> None:
    found = with_digest_pair(NIGHTS, pair, SEEN)
    assert (found.last_good.digest, found.first_bad.digest) == pair
    assert (found.last_good.run, found.first_bad.run) == (good, bad)
    assert (found.last_good.when, found.first_bad.when) == (f"2026-01-0{good}", f"2026-01-0{bad}")


@pytest.mark.parametrize(
    ("earlier", "known"),
    [
        (NIGHTS, True),
        (with_digest_pair(NIGHTS, (NEWER, NEW), SEEN), True),
        (with_digest_pair(NIGHTS, (OLD, NEWER), SEEN), True),
        (replace(NIGHTS, digest=NEWER), False),
        (replace(NIGHTS, id="other"), False),
        (replace(NIGHTS, last_good=SeenDigest(OLD, "2025-12-24", 0)), False),
        (replace(NIGHTS, first_bad=SeenDigest(NEW, "2026-01-04", 4)), False),
    ],
)
def test_what_is_certain_of_the_same_break_is_searched_once(earlier: Regression, known: bool) -> None:
    certain = Bisection(BisectionEnd.ISOLATED, (SingleChange("pip", "numpy", "2", "1"),))
    found = reuse_explanation(NIGHTS, [replace(earlier, bisected=certain)])
    assert (found is not None and found.bisected == certain) is known
    assert reuse_explanation(NIGHTS, [replace(earlier, bisected=Bisection(BisectionEnd.OUT_OF_TIME))]) is None


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ("img:1", "img"),
        ("img", "img"),
        ("127.0.0.1:5000/a/img:1", "127.0.0.1:5000/a/img"),
        (f"a/img:1@{NEW}", "a/img"),
    ],
)
def test_a_pinned_image_has_no_tag(reference: str, named: str) -> None:
    assert pin(reference, OLD) == f"{named}@{OLD}"
