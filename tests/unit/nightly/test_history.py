from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightly.made import NEW, NEWER, OLD, cell, night, record
from tf_docker_check.nightly import history
from tf_docker_check.nightly.history import History, digests_between, dump, find_gap, load, merge
from tf_docker_check.nightly.night import Record

RECORDS = st.builds(
    Record,
    run=st.integers(0, 4),
    attempt=st.integers(1, 2),
    when=st.sampled_from(["2026-01-01", "2026-01-02", "2025-12-31"]),
    cell=st.sampled_from(["a@cpu", "b@cpu"]),
    result=st.sampled_from(["passed", "failed", "errored"]),
    cause=st.sampled_from(["", "numpy-abi", "\ud800\n\u2028"]),
)
HISTORIES = st.lists(RECORDS, max_size=12).map(lambda found: merge(History(tuple(found))))


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PER_CELL", 3)
    monkeypatch.setattr(history, "IN_ALL", 4)


@given(HISTORIES, HISTORIES, HISTORIES)
def test_it_does_not_matter_in_which_order_or_how_often_histories_are_merged(one, two, three) -> None:
    whole = merge(one, two, three)
    assert whole == merge(three, merge(two, one)) == merge(merge(one, two), merge(two, three)) == merge(whole)
    assert {each.order for each in (*one.records, *two.records)} <= {each.order for each in whole.records}


@given(st.lists(RECORDS, max_size=30), st.lists(RECORDS, max_size=30))
def test_bounds_change_nothing_of_that(one, two) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(history, "PER_CELL", 3)
        patched.setattr(history, "IN_ALL", 4)
        first, second = merge(History(tuple(one))), merge(History(tuple(two)))
        assert merge(first, second) == merge(History((*one, *two))) == merge(second, first, first)


@given(HISTORIES)
def test_what_is_written_is_read(found) -> None:
    again = load(dump(found))
    assert not again.damaged
    assert [each.order for each in again.records] == [each.order for each in found.records]
    assert dump(again) == dump(load(dump(again)))


@pytest.mark.parametrize(
    "damage",
    [b"{", b"null", b'{"run": "x"}', b"\xff\xfe", b"[" * 5000, b'{"run": 1}', b"x" * 9000, b"<<<<<<< HEAD"],
)
def test_a_damaged_line_costs_itself_alone_and_is_kept_aside(damage: bytes) -> None:
    good = [dump(History((record(run),))).strip() for run in (1, 2)]
    found = load(b"\n".join([good[0], damage, good[1], b""]))
    assert [each.run for each in found.records] == [1, 2]
    assert len(found.damaged) == 1
    assert merge(found, load(b"")).damaged == found.damaged


def test_a_line_torn_at_its_end_is_damaged() -> None:
    data = dump(History((record(1), record(2))))
    found = load(data[:-20])
    assert [each.run for each in found.records] == [1]
    assert len(found.damaged) == 1


@pytest.mark.usefixtures("tight")
def test_the_last_good_record_outlives_the_bounds() -> None:
    nights = [record(1), *(record(run, "failed") for run in range(2, 9))]
    assert [each.run for each in merge(History(tuple(nights))).records] == [1, 6, 7, 8]


def test_a_clock_that_went_back_does_not_reorder_nights() -> None:
    later = record(7, "failed", when="1999-01-01")
    assert merge(History((later, record(6)))).records[-1] == later


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("", (None, None)),
        ("p", (1, None)),
        ("f", (None, 1)),
        ("pf", (1, 2)),
        ("pff", (1, 2)),
        ("pfp", (3, None)),
        ("pef", (1, 3)),
        ("ppfefsf", (2, 3)),
    ],
)
def test_the_gap_is_between_the_last_good_and_the_first_bad_night(results: str, expected) -> None:
    words = {"p": "passed", "f": "failed", "e": "errored", "s": "skipped"}
    records = [record(run, words[letter]) for run, letter in enumerate(results, 1)]
    good, bad = find_gap(records, "a@cpu")
    assert (good and good.run, bad and bad.run) == expected


def test_digests_between_are_those_of_that_image() -> None:
    records = [
        record(1),
        record(2, "passed", "b@cpu", NEW, image="other:1"),
        record(3, "errored", digest=NEWER),
        record(4, "failed", digest=NEW),
    ]
    assert digests_between(records, records[0], records[3]) == (OLD, NEWER, NEW)


def test_a_record_holds_what_the_cell_showed() -> None:
    facts = {"tensorflow.version": "2.21.0", "python.version": ["no text"], "wanted.cudnn": "9"}
    made = history.make_record(
        cell("failed", "numpy-abi", facts=facts), night(3), image="img:1", digest=OLD, signature="s"
    )
    assert (made.run, made.tensorflow, made.python, made.cudnn) == (3, "2.21.0", "", "9")
    assert (made.cause, made.result, made.digest) == ("numpy-abi", "failed", OLD)


def test_of_two_records_that_contradict_each_other_the_good_one_stays() -> None:
    good, bad = record(1), record(1, "failed", cause="zzz")
    assert merge(History((good,)), History((bad,))).records == (good,)
