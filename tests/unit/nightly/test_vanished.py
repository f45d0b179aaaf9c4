from __future__ import annotations

import pytest

from nightly.made import OLD, cell
from tf_docker_check.nightly.vanished import with_vanished_tag
from tf_docker_check.upstream.tags import Tag, TagState

GONE = Tag("img:1", TagState.VANISHED, before=OLD, pulls=True, why="no such tag")


@pytest.mark.parametrize(
    ("pulls", "said"), [(True, "still pulls"), (False, "removed too"), (None, "not known")]
)
def test_a_vanished_tag_is_its_own_cause_with_what_is_left(pulls, said: str) -> None:
    found = with_vanished_tag(
        cell("failed", "tag-not-found"), Tag("img:1", TagState.VANISHED, before=OLD, pulls=pulls)
    )
    assert [each.cause for each in found.findings] == ["tag-vanished", "tag-not-found"]
    assert OLD in found.findings[0].evidence[1].text
    assert said in found.findings[0].evidence[1].text


@pytest.mark.parametrize(
    ("status", "tag"),
    [("passed", GONE), ("errored", GONE), ("failed", None), ("failed", Tag("i", TagState.MOVED))],
)
def test_other_cells_stay_as_they_are(status: str, tag) -> None:
    assert with_vanished_tag(cell(status), tag) == cell(status)
