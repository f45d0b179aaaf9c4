from __future__ import annotations

from tf_docker_check.model.nightly import Moved, Tag
from tf_docker_check.upstream.releases import Release, awaited, lines, noted

FIRST, LATER, MUCH_LATER = (
    "2026-01-01T00:00:00+00:00",
    "2026-01-09T00:00:00+00:00",
    "2026-09-01T00:00:00+00:00",
)


def test_only_final_releases_that_the_catalog_does_not_know_are_noted() -> None:
    assert list(noted({}, ["99.1.0", "99.2.0rc1", "2.21.0", "2.0.0", "nonsense"], (), FIRST)) == ["99.1.0"]


def test_a_release_without_an_image_is_a_line_after_a_week() -> None:
    seen = noted({}, ["99.1.0"], (), FIRST)
    assert awaited(seen, FIRST) == ("tensorflow/tensorflow:99.1.0",)
    assert lines(seen, FIRST) == ()
    assert "8 days" in lines(seen, LATER)[0]
    assert (lines(seen, MUCH_LATER), awaited(seen, MUCH_LATER)) == ((), ())


def test_its_image_settles_it() -> None:
    seen = {"99.1.0": Release(FIRST)}
    found = noted(seen, (), [Tag("tensorflow/tensorflow:99.1.0", Moved.NEW, "d")], LATER)
    assert found["99.1.0"].image
    assert (lines(found, LATER), awaited(found, LATER)) == ((), ())
    absent = noted(seen, (), [Tag("tensorflow/tensorflow:99.1.0", Moved.ABSENT)], LATER)
    assert not absent["99.1.0"].image


def test_a_clock_that_went_back_accuses_nobody() -> None:
    assert lines({"99.1.0": Release(LATER)}, FIRST) == ()
    assert lines({"99.1.0": Release("yesterday")}, LATER) == ()
