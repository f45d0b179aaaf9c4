"""Every text that attacks some reader, in every field of results, in every report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any
from unicodedata import category

import pytest
from lxml import etree

from attacks import SINKS, attacks
from rendered import MARKER, assert_inert
from report.samples import ATTACK, HOSTILE, results
from report.test_junit import READERS
from runner.reading import commands
from tf_docker_check.gha import annotations
from tf_docker_check.gha.commands import harmless_lines
from tf_docker_check.model.results import Results
from tf_docker_check.report import junit, markdown, terminal
from tf_docker_check.results import document

UNSEEN = {"Cc", "Cf", "Cs"}


def put(value: Any, text: str) -> Any:
    """*value* with *text* wherever the sample has its attack."""
    if isinstance(value, str):
        return text.join(value.split(ATTACK)) if ATTACK in value else value
    if isinstance(value, tuple | list):
        return type(value)(put(item, text) for item in value)
    if isinstance(value, Mapping):
        return {put(key, text): put(item, text) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{each.name: put(getattr(value, each.name), text) for each in fields(value)})
    return value


@pytest.fixture(params=SINKS)
def attacked(request: pytest.FixtureRequest) -> Results:
    """A cell for each text of one file; each text in every field of its cell, and as a note."""
    texts = attacks(request.param)
    return results(*(put(HOSTILE, text) for text in texts), notes=tuple(texts))


def test_markdown_shows_it_and_obeys_nothing(attacked: Results) -> None:
    text = markdown.render(attacked, limit=10_000_000)
    assert_inert(text)
    assert MARKER not in text


def test_xml_stays_the_document_that_readers_take(attacked: Results) -> None:
    parsed = etree.fromstring(junit.render(attacked))
    for reader in READERS.values():
        reader.assertValid(parsed)
    assert len(list(parsed.iter("testsuite"))) == len(attacked.cells)
    assert {len(list(suite.iter("testcase"))) for suite in parsed} == {3}


def test_json_comes_back_as_it_went(attacked: Results) -> None:
    data = document.dump(attacked)
    assert json.loads(document.dump(document.load(data))) == json.loads(data.decode("utf-8", "strict"))


def test_a_terminal_gets_nothing_but_lines(attacked: Results) -> None:
    text = terminal.render(attacked)
    assert {character for character in text if category(character) in UNSEEN} <= {"\n"}


def test_the_runner_gets_annotations_and_lines(attacked: Results) -> None:
    told = annotations.render(annotations.of_results(attacked))
    assert [name for name, _, _ in commands(told)] == ["error"] * annotations.MOST
    assert commands(harmless_lines(terminal.render(attacked))) == []
