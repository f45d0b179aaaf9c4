from __future__ import annotations

from dataclasses import replace

from report.samples import CONTROL, ERRORED, FAILING_IMPORT, HEALTHY, KNOWN, MIXED, SKIPPED, results

from attacks import attacks
from runner.step import commands
from tf_docker_check.gha.annotations import Annotation, of_results, render


def test_one_for_each_cell_that_needs_a_look():
    kinds = [each.kind for each in of_results(results(FAILING_IMPORT, HEALTHY, ERRORED, SKIPPED, KNOWN))]
    assert kinds == ["error", "warning", "notice"]


def test_it_says_cell_cause_and_remedy():
    name, properties, message = commands(render(of_results(results(FAILING_IMPORT))))[0]
    assert (name, properties) == ("error", {"title": "slim/tf2.15.1/py3.11@cpu"})
    assert message == "numpy was built for another ABI\npin `numpy<2`, or take TensorFlow 2.18 or newer"


def test_ten_of_a_kind_and_no_more_the_rest_counted():
    given = [Annotation(kind, str(number)) for number in range(25) for kind in ("warning", "error")]
    shown = commands(render(given))
    assert [name for name, _, _ in shown] == ["error"] * 10 + ["warning"] * 10
    assert shown[9][2] == "16 more: see the step's summary"
    assert len(commands(render(given[:20]))) == 20


def test_strangers_text_makes_no_other_command():
    finding = FAILING_IMPORT.findings[0]
    spoilt = [
        replace(
            FAILING_IMPORT,
            id=attack,
            findings=(replace(finding, title=attack, remedy=attack),),
        )
        for attack in attacks("log")[:10]
    ]
    assert [name for name, _, _ in commands(render(of_results(results(*spoilt))))] == ["error"] * 10


def test_a_message_keeps_to_what_the_runner_keeps():
    ((_, properties, message),) = commands(render([Annotation("error", "x" * 10_000, "t", "Dockerfile", 3)]))
    assert len(message) == 4096
    assert properties == {"title": "t", "file": "Dockerfile", "line": "3"}


def test_good_results_say_nothing():
    assert render(of_results(results(HEALTHY))) == ""
    assert render(of_results(MIXED)) != ""


def test_a_control_needs_no_look():
    assert of_results(results(replace(CONTROL, status=FAILING_IMPORT.status))) == ()
