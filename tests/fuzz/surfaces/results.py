"""results.json of a stranger's job: refused, or merged, judged and told by every report, with nothing live in it."""

from __future__ import annotations

import json
from datetime import date

from lxml import etree
from report.samples import SAMPLES

from fuzz.bend import bent_json
from rendered import assert_inert
from runner.reading import commands
from tf_docker_check.diagnose.blame import assign_blame
from tf_docker_check.errors import UsageError
from tf_docker_check.gha import annotations as gha_annotations
from tf_docker_check.model.config import KnownFailure
from tf_docker_check.report import junit, markdown, terminal
from tf_docker_check.report.context import ReportContext
from tf_docker_check.results import document
from tf_docker_check.results.compare import compare
from tf_docker_check.results.gate import apply_known, conclusion
from tf_docker_check.results.merge import merge

SHARE = 25
BASE = SAMPLES["mixed"]
TOLD = [json.loads(document.dump(SAMPLES[name])) for name in ("mixed", "blamed", "head", "hostile")]
VALUES = [
    "passed",
    "failed",
    "errored",
    "skipped",
    "yours",
    "confirmed",
    "<img src=x>",
    "a@cpu",
    "::error::x",
    2**63 - 1,
]
INPUTS = bent_json(TOLD, VALUES)


def check(data: bytes) -> None:
    try:
        loaded = document.load(data)
    except UsageError as error:
        assert error.what.startswith("results.json")
        return
    assert document.load(document.dump(loaded)) == loaded
    results = assign_blame(merge(loaded, BASE))
    results = apply_known(results, [KnownFailure("*", "numpy-abi", date(2027, 1, 1))], date(2026, 1, 1))
    comparison = compare(results, BASE)
    verdict = conclusion(results, "new", comparison)
    assert verdict.exit_code in (0, 1, 3)
    page = markdown.render(results, verdict, limit=60_000, context=ReportContext(comparison=comparison))
    assert len(page.encode()) <= 60_000
    assert_inert(page)
    assert "\x1b" not in terminal.render(results, verdict, comparison=comparison, width=100, color=False)
    etree.fromstring(junit.render(results, comparison))
    names = {name for name, _, _ in commands(gha_annotations.render(gha_annotations.of_results(results)))}
    assert names <= {"error", "warning", "notice"}
