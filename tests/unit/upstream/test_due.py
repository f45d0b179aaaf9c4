from __future__ import annotations

import pytest

from tf_docker_check.model.blame import Ground
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.nightly import Moved, Tag
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.upstream.due import due, words


def planned(name: str, skip: str = "", control: str = "") -> PlannedCell:
    return PlannedCell(Cell(name, "", "", "cpu"), Recipe("img"), Gpu.OFF, 60, skip, ground=Ground(control))


CELLS = [planned("a"), planned("b", control="a@cpu"), planned("c", skip="no GPU")]
ALL = {"a@cpu", "b@cpu", "c@cpu"}


@pytest.mark.parametrize(
    ("moved", "unsettled", "judged", "found"),
    [
        ({}, (), ALL, set()),
        ({"a@cpu": "img: moved"}, (), ALL, {"a@cpu"}),
        ({"b@cpu": "img: moved"}, (), ALL, {"a@cpu", "b@cpu"}),
        ({}, {"a@cpu"}, ALL, {"a@cpu"}),
        ({}, (), (), {"a@cpu", "b@cpu"}),
        ({"c@cpu": "img: moved"}, (), ALL, set()),
    ],
)
def test_due_is_what_moved_what_is_not_settled_and_what_was_never_judged(
    moved, unsettled, judged, found
) -> None:
    assert set(due(CELLS, moved, unsettled, judged)) == found


@pytest.mark.parametrize(
    ("tag", "packages", "said"),
    [
        (None, (), ""),
        (Tag("i", Moved.SAME), (), ""),
        (Tag("i", Moved.UNKNOWN), (), ""),
        (Tag("i", Moved.VANISHED), (), "i: vanished"),
        (Tag("i", Moved.MOVED), ("n 1 → 2",), "i: moved; n 1 → 2"),
        (None, tuple("abcde"), "a, b, c and 2 more"),
    ],
)
def test_what_moved_is_said(tag, packages, said: str) -> None:
    assert words(tag, packages) == said
