from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from report.samples import ATTACK, HOSTILE, MIXED, SAMPLES, many, results
from tf_docker_check.model.finding import Confidence, Evidence, Finding
from tf_docker_check.model.results import Results
from tf_docker_check.report import markdown
from tf_docker_check.report.escape import block, code, prose

OURS = {
    *("h2", "h3", "p", "em", "strong", "ul", "li", "code", "pre", "sub", "span", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
# What GitHub would turn into a link or a notification, in text outside code.
LIVE = re.compile(r"@\w|#\d|gh-\d|https?://|www\.\w|\$[^$]+\$", re.IGNORECASE)


class Page(HTMLParser):
    """The tags, and the text outside code as GitHub's filters get it: in pieces between tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "code" not in self.open:
            self.pieces.append(data)


def page(text: str) -> Page:
    return Page(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))


def assert_inert(text: str) -> None:
    shown = page(text)
    assert set(shown.tags) <= OURS
    assert shown.attributes <= {"class"}
    assert not shown.open
    assert not [piece for piece in shown.pieces if LIVE.search(piece)]


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"many"}))
def test_golden(name, golden):
    golden(f"{name}.md", markdown.render(SAMPLES[name]))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_nothing_in_the_results_is_live_in_the_page(name):
    assert_inert(markdown.render(SAMPLES[name]))


nasty = some.text(alphabet=some.sampled_from("`~|<>&\\[]()!@#*_$-=+:./\n\r\t \x1b\u202e0aA1gh"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(nasty, nasty, nasty)
@example(ATTACK, ATTACK, ATTACK)
def test_no_text_is_live_wherever_it_stands(one, two, three):
    cell = replace(
        HOSTILE,
        reason=one,
        known=two,
        output=three,
        reproduce=one,
        findings=(Finding(two, three, Confidence.LIKELY, (Evidence(one), Evidence(two)), three),),
        build=None,
        facts={"tensorflow.version": one, "python.version": two},
    )
    assert_inert(markdown.render(results(cell, notes=(one, two))))


@settings(deadline=None)
@given(nasty)
def test_a_table_keeps_its_columns(text):
    row = f"| a | b |\n|---|---|\n| {prose(text)} | {code(text)} |\n"
    assert page(row).tags.count("td") == 2


@settings(deadline=None)
@given(nasty)
def test_a_block_holds_all_of_its_text_and_nothing_leaves_it(text):
    shown = page(f"before\n\n{block(text)}\n\nafter")
    assert [tag for tag in shown.tags if tag != "p"] == ["pre", "code"]
    assert [piece.strip() for piece in shown.pieces if piece.strip()] == ["before", "after"]


@pytest.mark.parametrize(
    "text",
    [
        "tensorflow[and-cuda]==2.21.0",
        'numpy<2 & "x"',
        "a_b_c *d* ~~e~~",
        "python:3.12@sha256:0123",
        "1 | 2",
        "C:\\x",
    ],
)
def test_prose_reads_as_it_was_written(text):
    assert "".join(page(prose(text)).pieces).strip() == text


def test_backticks_in_a_remedy_make_code():
    assert prose("pin `numpy<2`, or so") == "pin `numpy<2`, or so"


def test_text_is_cut_before_it_is_escaped_so_that_no_escape_is_cut():
    assert prose("<" * 1000, 10) == "&lt;" * 9 + "…"


@pytest.mark.parametrize("limit", [300, 1_000, 3_000, 10_000, 30_000, 65_536, 200_000, 1_048_576])
@pytest.mark.parametrize("name", ["mixed", "many", "hostile"])
def test_it_fits_and_is_whole_whatever_the_limit(name, limit):
    text = markdown.render(SAMPLES[name], limit=limit)
    assert len(text.encode()) <= limit
    assert text.startswith("## ❌ TensorFlow images: ")
    assert_inert(text)


def test_the_room_there_is_gets_used_and_what_is_missing_is_said():
    lengths = [len(markdown.render(many(), limit=limit).encode()) for limit in (3_000, 65_536, 1_048_576)]
    assert lengths == sorted(lengths)
    assert lengths[1] > 30_000
    short = markdown.render(many(), limit=10_000)
    assert "Shortened to fit here" in short
    assert re.search(r"\d+ more failing cells are told in the results file", short)
    assert re.search(r"\d+ more images are not shown, \d+ of them passing", short)


def test_failures_and_causes_outlive_logs():
    whole = len(markdown.render(MIXED).encode())
    text = markdown.render(MIXED, limit=whole - 400)
    assert "numpy was built for another ABI" in text
    assert "Remedy" in text


def test_no_results_is_a_page_too():
    assert markdown.render(Results()) == "## ⚠️ TensorFlow images: nothing was checked\n"
