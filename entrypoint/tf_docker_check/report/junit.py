"""Render JUnit XML that the Ant and the Jenkins schema both accept. The only module that imports junit-xml.

One suite for each cell of the matrix; its cases are the build and the checks. What the two schemas disagree
on is left out: no attributes on <testsuites>, no output inside a case, no time zone in a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from xml.etree import ElementTree

import junit_xml

from tf_docker_check.model.observation import Check
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line, plain, tail
from tf_docker_check.results import cells, rows
from tf_docker_check.results.compare import NONE, CellComparison, Comparison
from tf_docker_check.results.gate import end

LOG_LINES = 200
_UNKNOWN_TIME = "1970-01-01T00:00:00"


def render(results: Results, comparison: Comparison = NONE) -> bytes:
    """Return the document, without anything that XML forbids.

    With a *comparison*, each suite's property `base-branch` contains the comparison with the base branch.
    """
    compared = comparison.by_id
    root = ElementTree.Element("testsuites")
    own = [result for result in results.cells if not result.base.added]
    for number, result in enumerate(own):
        root.append(_suite(result, results, number, compared.get(result.id)))
    ElementTree.indent(root, " ")
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _suite(
    result: CellResult, results: Results, number: int, compared: CellComparison | None
) -> ElementTree.Element:
    suite = junit_xml.TestSuite(
        _name(result.id),
        list(_cases(result)),
        hostname=one_line(result.cell.runner) or "localhost",
        package="tf-docker-check",
        timestamp=_time(results.run.started),
        properties=_properties(result, results, compared),
        stdout=tail(result.output, LOG_LINES),
    )
    return _order(suite.build_xml_doc(), number)


def _order(suite: ElementTree.Element, number: int) -> ElementTree.Element:
    """Reorder what junit-xml writes as both schemas require: elements in order, times present."""
    suite.attrib.pop("disabled")
    suite.set("id", str(number))
    suite.set("time", f"{sum(float(case.get('time', 0)) for case in suite.iter('testcase')):.3f}")
    for case in suite.iter("testcase"):
        case.set("time", f"{float(case.get('time', 0)):.3f}")
    order = {"properties": 0, "testcase": 1, "system-out": 2, "system-err": 3}
    for name in ("properties", "system-out", "system-err"):
        if suite.find(name) is None:
            ElementTree.SubElement(suite, name)
    suite[:] = sorted(suite, key=lambda element: order[element.tag])
    return suite


def _cases(result: CellResult) -> Iterator[junit_xml.TestCase]:
    """Yield the build, the checks, and the cell itself if none of them ended as it did."""
    shown = []
    if result.build:
        shown.append(Check("build", result.build.status, result.build.reason, result.build.seconds))
    shown += result.checks
    if result.status not in {check.status for check in shown}:
        shown.append(Check("cell", result.status, result.reason or cells.stage(result)))
    first = next((check for check in shown if check.status is result.status), None)
    for check in shown:
        yield _case(check, result, decisive=check is first)


def _case(check: Check, result: CellResult, *, decisive: bool) -> junit_xml.TestCase:
    case = junit_xml.TestCase(_name(check.name), _name(result.id), check.seconds)
    message = one_line(check.reason) or str(check.status)
    text = _text(check, result, decisive=decisive)
    if check.status is Status.FAILED and end(result) == "known":
        case.add_skipped_info(one_line(f"known failure: {result.known}; {message}"), text)
    elif check.status is Status.FAILED:
        case.add_failure_info(message, text, _cause(result, "failed"))
    elif check.status is Status.ERRORED:
        case.add_error_info(message, text, _cause(result, "errored"))
    elif check.status is Status.SKIPPED:
        case.add_skipped_info(message)
    return case


def _text(check: Check, result: CellResult, *, decisive: bool) -> str:
    """Return the text of a check; for the decisive one, also findings and commands."""
    parts = [plain(check.text)]
    if decisive:
        for finding in result.findings:
            parts.append(f"{finding.cause}: {finding.title} ({finding.confidence})")
            parts += [f"  evidence: {proof.text}" for proof in finding.evidence]
            parts += [f"  remedy: {finding.remedy}"] if finding.remedy else []
        if result.blame:
            parts += [
                f"whose fault: {result.blame.owner}, {result.blame.why}",
                *cells.describe_changes(result.blame),
            ]
        if result.build and check.name == "build":
            parts.append(tail(result.build.log, LOG_LINES))
        if result.reproduce:
            parts.append(f"reproduce:\n{result.reproduce}")
    return plain("\n".join(part for part in parts if part))


def _cause(result: CellResult, otherwise: str) -> str:
    return one_line(result.findings[0].cause) if result.findings else otherwise


def _properties(result: CellResult, results: Results, compared: CellComparison | None) -> dict[str, str]:
    cell, image = result.cell, result.image
    properties = {
        "strategy": cell.strategy,
        "tensorflow": cell.tensorflow,
        "python": cell.python,
        "runner": cell.runner,
        "gpu": result.gpu,
        "blame": str(result.blame.owner) if result.blame else "",
        "control": result.base.control,
        "base-branch": str(compared.relation) if compared else "",
        "attempt": str(result.attempt),
        "image": (image.digest or image.id) if image else "",
        "image.size": rows.size(image.size) if image else "",
        "image.stand-in": "yes" if image and image.stand_in else "",
        "base": cells.pinned_base(result.build) if result.build else "",
        "tf-docker-check": results.run.tool,
        "run": results.run.run_id,
        "commit": results.run.commit,
    }
    return {name: one_line(value) for name, value in properties.items() if value}


def _name(text: str) -> str:
    return one_line(text) or "?"


def _time(started: str) -> str:
    """Convert RFC 3339 to UTC without a zone."""
    try:
        moment = datetime.fromisoformat(started.replace("Z", "+00:00"))
    except ValueError:
        return _UNKNOWN_TIME
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
