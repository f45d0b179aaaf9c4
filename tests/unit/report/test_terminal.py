from __future__ import annotations

import re
from unicodedata import category

import pytest

from report.samples import BASE, DIGEST, HEAD, MIXED, SAMPLES
from tf_docker_check.report import terminal
from tf_docker_check.results.compare import compare

VERBATIM = re.compile(r"^    ")  # commands and logs stay whole


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("name", ["blamed", "mixed", "healthy", "hostile", "skipped"])
def test_golden(name, width, golden):
    golden(f"{name}-{width}.txt", terminal.render(SAMPLES[name], width=width))


@pytest.mark.parametrize("width", [60, 80, 140])
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_lines_fit_but_for_what_is_to_be_copied(name, width):
    lines = terminal.render(SAMPLES[name], width=width).splitlines()
    assert not [line for line in lines if len(line) > width and not VERBATIM.match(line)]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_nothing_drives_the_terminal(name):
    text = terminal.render(SAMPLES[name])
    assert not [
        character for character in text if category(character) in {"Cc", "Cf", "Cs"} and character != "\n"
    ]


def test_colour_is_for_those_who_ask():
    assert "\x1b[" in terminal.render(MIXED, color=True)


def test_a_command_can_be_copied_whole():
    assert f"--entrypoint python slim@{DIGEST} -c 'import tensorflow'\n" in terminal.render(MIXED, width=60)


def test_every_failing_cell_has_cause_evidence_and_remedy():
    text = terminal.render(MIXED, width=140)
    for part in (
        "no TensorFlow wheel for this Python (likely)",
        "died of SIGILL",
        "pin `numpy<2`",
        "pull rate limit",
    ):
        assert part in text


def test_what_there_is_no_room_for_is_counted():
    assert "70 more failing cells: see results.json" in terminal.render(SAMPLES["many"])


def test_the_table_of_a_huge_matrix_ends_with_a_count(monkeypatch):
    monkeypatch.setattr(terminal, "MAX_ROWS", 40)
    text = terminal.render(SAMPLES["many"])
    assert "60 more images, none worse than the last row: see results.json" in text
    assert text.count("✗") == 40 + terminal.MAX_SHOWN


@pytest.mark.parametrize("width", [80, 140])
def test_beside_the_base_branch(width, golden):
    text = terminal.render(HEAD, width=width, comparison=compare(HEAD, BASE))
    golden(f"compared-{width}.txt", text)
    assert (
        text.splitlines()[-1]
        == "TensorFlow images: 1 new failure, 1 already failing, 1 known failure, 4 passed"
    )
