from __future__ import annotations

import pytest
from nightly.made import cell

from tf_docker_check.model.results import Results
from tf_docker_check.pipeline.drift import drift
from tf_docker_check.report import drift as page


def facts(numpy: str) -> dict[str, object]:
    return {"facts": {"packages.versions": {"numpy": numpy}}}


@pytest.mark.parametrize(
    ("old", "new", "how"),
    [
        (cell("passed"), cell("failed", "numpy-abi"), "broke"),
        (cell("skipped"), cell("failed", "numpy-abi"), "broke"),
        (cell("failed", "numpy-abi"), cell("passed"), "recovered"),
        (cell("failed", "numpy-abi"), cell("failed", "no-wheel"), "cause"),
        (cell("passed"), cell("errored"), "errored"),
        (cell("passed"), cell("skipped"), "gone"),
        (cell("passed"), None, "gone"),
        (None, cell("passed"), "appeared"),
        (cell("passed", **facts("1")), cell("passed", **facts("2")), "changed"),
        (cell("passed"), cell("passed"), None),
    ],
)
def test_how_a_cell_drifted(old, new, how) -> None:
    sides = [Results(cells=(each,) if each else ()) for each in (old, new)]
    found = drift(*sides, ("old", "new"))
    assert [each.how for each in found.cells] == ([how] if how else [])
    assert page.text(found)
    assert page.markdown(found)


def test_what_broke_comes_first_with_what_changed_in_it() -> None:
    old = Results(cells=(cell("failed", "no-wheel", name="a"), cell("passed", name="b", **facts("1"))))
    new = Results(cells=(cell("passed", name="a"), cell("failed", "numpy-abi", name="b", **facts("2"))))
    found = drift(old, new, ("old", "new"))
    assert [each.how for each in found.cells] == ["broke", "recovered"]
    assert "  numpy: 1 → 2" in page.text(found).splitlines()
    assert "| `numpy` | `1` | `2` |" in page.markdown(found)


def test_strangers_text_stays_text() -> None:
    old, new = (
        Results(cells=(cell(status, **facts(version)),))
        for status, version in (("passed", "1"), ("failed", "</td>@all\x1b[31m|x\nRUN"))
    )
    found = drift(old, new, ("old", "<script>"))
    assert "\x1b" not in page.text(found)
    assert "<script>" not in page.markdown(found)
    assert "\nRUN" not in page.markdown(found)
