from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from lxml import etree

from report.conftest import GOLDEN
from report.samples import (
    BASE,
    BUILD_FAILURE,
    CRASHED,
    ERRORED,
    FAILING_IMPORT,
    HEAD,
    HEALTHY,
    HOSTILE,
    KNOWN,
    RUN,
    SAMPLES,
    SKIPPED,
    results,
)
from tf_docker_check.model.results import Results
from tf_docker_check.model.status import Status
from tf_docker_check.report import junit
from tf_docker_check.results.compare import compare

READERS = {
    name: etree.XMLSchema(etree.parse(GOLDEN / "xsd" / f"{name}.xsd", None)) for name in ("jenkins", "ant")
}


def parsed(given_results: Results) -> etree._Element:
    return etree.fromstring(junit.render(given_results))


def suite(cell) -> etree._Element:
    return parsed(results(cell)).find("testsuite")


def ends(cell) -> dict[str, str]:
    return {case.get("name"): case[0].tag if len(case) else "passed" for case in suite(cell).iter("testcase")}


@pytest.mark.parametrize("name", ["blamed", "healthy", "mixed", "hostile"])
def test_golden(name, golden):
    golden(f"{name}.junit.xml", junit.render(SAMPLES[name]))


@pytest.mark.parametrize("reader", sorted(READERS))
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_both_readers_take_it(name, reader):
    READERS[reader].assertValid(parsed(SAMPLES[name]))


@pytest.mark.parametrize("reader", sorted(READERS))
@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document[0].attrib.pop("name"),
        lambda document: document[0].set("time", "1e-05x"),
        lambda document: document[0].set("disabled", "0"),
        lambda document: (
            document[0].remove(document[0].find("testcase"))
            or document[0].set("tests", "")
            or document[0].attrib.pop("errors")
        ),
        lambda document: etree.SubElement(document[0].find("testcase"), "properties"),
    ],
)
def test_the_schemas_refuse_what_those_readers_refuse(reader, spoil):
    document = parsed(results(HEALTHY))
    spoil(document)
    assert not READERS[reader].validate(document)


@settings(deadline=None, max_examples=50)
@given(some.text(alphabet=some.characters(), max_size=50))
def test_no_text_breaks_the_document(text):
    cell = replace(HOSTILE, reason=text, output=text, known="", reproduce=text)
    document = parsed(results(cell, replace(cell, id=text), replace(FAILING_IMPORT, output=text)))
    for reader in READERS.values():
        reader.assertValid(document)


def test_failure_error_and_skip_are_told_apart():
    assert ends(FAILING_IMPORT)["import"] == "failure"
    assert ends(FAILING_IMPORT)["devices"] == "skipped"
    assert ends(ERRORED) == {"build": "error"}
    assert ends(SKIPPED) == {"cell": "skipped"}
    assert ends(BUILD_FAILURE) == {"build": "failure"}
    assert set(ends(HEALTHY).values()) == {"passed"}


def test_a_known_failure_is_not_red():
    known = suite(KNOWN)
    assert (known.get("failures"), known.find(".//skipped").get("message")) == (
        "0",
        "known failure: numpy-abi until 2026-12-31, owned by @ml-platform; numpy.core.umath failed to import",
    )


def test_a_cell_that_ended_as_none_of_its_checks_did_has_a_case_of_its_own():
    hung = replace(HEALTHY, status=Status.ERRORED, reason="the engine went away")
    assert ends(hung)["cell"] == "error"
    assert ends(CRASHED)["import"] == "failure"


def test_counts_and_times_add_up():
    found = suite(FAILING_IMPORT)
    cases = found.findall("testcase")
    assert int(found.get("tests")) == len(cases) == 11
    assert (found.get("failures"), found.get("errors"), found.get("skipped")) == ("1", "0", "7")
    assert float(found.get("time")) == pytest.approx(sum(float(case.get("time")) for case in cases))


def test_a_failure_says_cause_evidence_remedy_and_how_to_see_it_again():
    failure = suite(FAILING_IMPORT).find(".//failure")
    assert failure.get("type") == "numpy-abi"
    for part in ("Traceback", "compiled using NumPy 1.x", "pin `numpy<2`", "docker run --rm"):
        assert part in failure.text


@pytest.mark.parametrize(
    ("started", "stamp"),
    [
        ("2026-03-01T02:03:04Z", "2026-03-01T02:03:04"),
        ("2026-03-01T02:03:04.567+02:00", "2026-03-01T00:03:04"),
        ("2026-03-01T02:03:04", "2026-03-01T02:03:04"),
        ("yesterday", "1970-01-01T00:00:00"),
        ("", "1970-01-01T00:00:00"),
    ],
)
def test_time_without_a_zone(started, stamp):
    found = parsed(Results(run=replace(RUN, started=started), cells=(HEALTHY,)))
    assert found[0].get("timestamp") == stamp


def test_each_suite_tells_how_it_stands_beside_the_base_branch():
    document = etree.fromstring(junit.render(HEAD, compare(HEAD, BASE)))
    told = [suite.xpath("string(.//property[@name='base-branch']/@value)") for suite in document]
    assert told[:5] == ["new failure", "same", "same", "already failing", "new cell"]
    for reader in READERS.values():
        reader.assertValid(document)
    assert not parsed(HEAD).xpath("//property[@name='base-branch']")
