from __future__ import annotations

import pytest

from tf_docker_check.model.blame import CellBase
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.nightly.due import due_cells
from tf_docker_check.nightly.watch import describe_moves
from tf_docker_check.upstream.tags import Tag, TagState


def planned(name: str, skip: str = "", control: str = "") -> PlannedCell:
    return PlannedCell(Cell(name, "", "", "cpu"), Recipe("img"), Gpu.OFF, 60, skip, base=CellBase(control))


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
    assert set(due_cells(CELLS, moved, unsettled, judged)) == found


@pytest.mark.parametrize(
    ("tag", "packages", "said"),
    [
        (None, (), ""),
        (Tag("i", TagState.SAME), (), ""),
        (Tag("i", TagState.UNKNOWN), (), ""),
        (Tag("i", TagState.VANISHED), (), "i: vanished"),
        (Tag("i", TagState.MOVED), ("n 1 → 2",), "i: moved; n 1 → 2"),
        (None, tuple("abcde"), "a, b, c and 2 more"),
    ],
)
def test_what_moved_is_said(tag, packages, said: str) -> None:
    assert describe_moves(tag, packages) == said
