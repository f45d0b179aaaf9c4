from __future__ import annotations

from tf_docker_check.upstream.releases import (
    Release,
    awaited_images,
    describe_missing_images,
    record_releases,
)
from tf_docker_check.upstream.tags import Tag, TagState

FIRST, LATER, MUCH_LATER = (
    "2026-01-01T00:00:00+00:00",
    "2026-01-09T00:00:00+00:00",
    "2026-09-01T00:00:00+00:00",
)


def test_only_final_releases_that_the_catalog_does_not_know_are_noted() -> None:
    assert list(record_releases({}, ["99.1.0", "99.2.0rc1", "2.21.0", "2.0.0", "nonsense"], (), FIRST)) == [
        "99.1.0"
    ]


def test_a_release_without_an_image_is_a_line_after_a_week() -> None:
    seen = record_releases({}, ["99.1.0"], (), FIRST)
    assert awaited_images(seen, FIRST) == ("tensorflow/tensorflow:99.1.0",)
    assert describe_missing_images(seen, FIRST) == ()
    assert "8 days" in describe_missing_images(seen, LATER)[0]
    assert (describe_missing_images(seen, MUCH_LATER), awaited_images(seen, MUCH_LATER)) == ((), ())


def test_its_image_settles_it() -> None:
    seen = {"99.1.0": Release(FIRST)}
    found = record_releases(seen, (), [Tag("tensorflow/tensorflow:99.1.0", TagState.NEW, "d")], LATER)
    assert found["99.1.0"].image
    assert (describe_missing_images(found, LATER), awaited_images(found, LATER)) == ((), ())
    absent = record_releases(seen, (), [Tag("tensorflow/tensorflow:99.1.0", TagState.ABSENT)], LATER)
    assert not absent["99.1.0"].image


def test_a_clock_that_went_back_accuses_nobody() -> None:
    assert describe_missing_images({"99.1.0": Release(LATER)}, FIRST) == ()
    assert describe_missing_images({"99.1.0": Release("yesterday")}, LATER) == ()
