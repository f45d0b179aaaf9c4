from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from attacks import attacks
from rendered import assert_inert, page
from report.conftest import GOLDEN
from report.samples import (
    ATTACK,
    BASE,
    DISTINCT,
    FAILING_IMPORT,
    HEAD,
    HOSTILE,
    MINE,
    MIXED,
    SAMPLES,
    SLIM,
    WELL,
    many,
    results,
)
from tf_docker_check.model.finding import Confidence, Evidence, Finding, Noise
from tf_docker_check.model.results import Results
from tf_docker_check.model.status import Status
from tf_docker_check.report import markdown, terminal
from tf_docker_check.report.context import ReportContext
from tf_docker_check.report.escape import block, code, prose
from tf_docker_check.results.compare import NONE, compare
from tf_docker_check.results.gate import conclusion
from tf_docker_check.results.group import group_failures

COMMENT = 65_536 - 512  # characters of a comment, less room for the marker


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"many"}))
def test_golden(name, golden):
    golden(f"{name}.md", markdown.render(SAMPLES[name]))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_nothing_in_the_results_is_live_in_the_page(name):
    assert_inert(markdown.render(SAMPLES[name]))


def test_what_is_odd_about_evidence_is_a_note_in_every_report() -> None:
    odd = replace(SLIM, facts={"evidence.notes": ["libx.so is little"]})
    shown = results(odd, replace(odd, id="b@cpu"), replace(odd, id="c@cpu", facts={"evidence.notes": 7}))
    note = f"evidence of {SLIM.id}, b@cpu: libx.so is little"
    assert note in markdown.render(shown).replace("<!-- -->", "")
    assert note in " ".join(terminal.render(shown).split())


nasty = some.text(alphabet=some.sampled_from("`~|<>&\\[]()!@#*_$-=+:./\n\r\t \x1b\u202e0aA1ghw"), max_size=60)


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
        facts={"tensorflow.version": one, "python.version": two, "evidence.notes": [three]},
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


@pytest.mark.parametrize("limit", [300, 3_000, 30_000, 65_536, 1_048_576])
@pytest.mark.parametrize("found", [MIXED, DISTINCT, SAMPLES["hostile"]], ids=["mixed", "distinct", "hostile"])
def test_it_fits_and_is_whole_whatever_the_limit(found, limit):
    text = markdown.render(found, limit=limit)
    assert len(text.encode()) <= limit
    assert text.startswith("## ❌ TensorFlow images: ")
    assert_inert(text)


def test_the_room_there_is_gets_used_and_what_is_missing_is_said():
    limits = (3_000, 65_000, 1_048_576)
    lengths = [len(markdown.render(DISTINCT, limit=limit).encode()) for limit in limits]
    assert lengths == sorted(lengths)
    assert lengths[1] > 40_000
    short = markdown.render(DISTINCT, limit=10_000)
    assert "Shortened to fit" in short
    assert re.search(r"\d+ more failing cells: see results.json", short)
    assert re.search(r"\d+ more images are not shown, \d+ of them passing", short)


def test_one_cause_in_a_hundred_cells_is_told_once():
    text = markdown.render(many())
    assert text.count("### ") == 1
    assert "### ❌ 100 cells: numpy was built for another ABI *(confirmed)*" in text


def test_of_many_causes_the_first_are_told():
    findings = tuple(replace(FAILING_IMPORT.findings[1], cause=f"c{n}", title=f"cause {n}") for n in range(9))
    text = markdown.render(results(replace(FAILING_IMPORT, findings=findings)))
    assert "cause 4" in text
    assert "cause 5" not in text
    assert "4 more: see results.json" in text


def test_failures_and_causes_outlive_logs():
    whole = len(markdown.render(MIXED).encode())
    text = markdown.render(MIXED, limit=whole - 400)
    assert "numpy was built for another ABI" in text
    assert "Fix" in text


def test_no_results_is_a_page_too():
    assert markdown.render(Results()) == "## ⚠️ TensorFlow images: nothing was checked\n"


TOLD = ReportContext(
    comparison=compare(HEAD, BASE),
    base="main",
    pull=True,
    attempt=2,
    run_url="https://github.example/example/project/actions/runs/1234",
    commit_url="https://github.example/example/project/commit/f00ba4",
    links=(("full report", "https://github.example/example/project/actions/runs/1234#artifacts"),),
    missing=("the comment could not be written: the token lacks `pull-requests: write`",),
)


def test_beside_the_base_branch(golden):
    golden("compared.md", markdown.render(HEAD, context=TOLD))


def test_the_readme_shows_a_comment_as_it_is(request):
    readme = GOLDEN.parents[1] / "README.md"
    first = markdown.render(HEAD, context=TOLD).split("\n### ")
    lines = [
        line for line in "\n### ".join(first[:2]).splitlines() if not line.startswith(("⚠️", "- **Evidence"))
    ]
    paragraphs = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    excerpt = "\n".join(f"> {line}".rstrip() for line in paragraphs.split("\n"))
    before, begin, rest = readme.read_text(encoding="utf-8").partition("`make bless` -->\n")
    shown, end, after = rest.partition("<!-- end -->")
    if request.config.getoption("--bless"):
        readme.write_text(f"{before}{begin}{excerpt}\n{end}{after}", encoding="utf-8")
    else:
        assert shown == f"{excerpt}\n"


def test_all_well_as_before_is_two_lines_and_the_rest_is_folded(golden):
    text = markdown.render(WELL, context=ReportContext(compare(WELL, WELL), base="main"))
    golden("well.md", text)
    seen = re.sub(r"<details>.*?</details>|<sub>.*?</sub>", "", text, flags=re.DOTALL)
    assert [line[:5] for line in seen.split("\n") if line] == ["## ✅ ", "**Use"]


def test_folds_may_lie_in_folds():
    well = replace(many(), cells=tuple(cell for cell in many().cells if cell.status is Status.PASSED))
    text = markdown.render(well, context=ReportContext(compare(well, well)))
    assert text.count("<details>") == 3
    assert_inert(text)


@pytest.mark.parametrize(
    "changed",
    [
        compare(WELL, replace(WELL, cells=WELL.cells[1:])),
        compare(WELL, BASE),
        compare(replace(WELL, cells=WELL.cells[1:]), WELL),
        NONE,
    ],
    ids=["new cell", "other cells", "gone", "no base"],
)
def test_what_is_not_as_before_is_not_folded(changed):
    assert "<summary>All cells" not in markdown.render(WELL, context=ReportContext(changed))


def test_new_failures_come_before_those_that_were_there():
    text = markdown.render(HEAD, context=TOLD)
    places = [text.index(f"### {name}") for name in ("❌ `mine/", "❌ `official-gpu/", "🟡 `legacy/")]
    assert places == sorted(places)
    assert "**New in this pull request:** `mine/tf2.21.0/py3.12@cpu`: numpy was built" in text
    assert "numpy 2.0.2 → 1.24.4" in text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://a.example/)[x](y", "https://a.example/<b>", "", "//a.example"]
)
def test_an_address_that_we_would_not_write_is_no_link(address):
    assert "](" not in markdown.render(
        HEAD, context=replace(TOLD, run_url=address, commit_url=address, links=())
    )


@settings(max_examples=40, deadline=None)
@given(nasty, nasty, some.integers(300, 20_000))
@example(ATTACK, ATTACK, 65_536)
def test_no_text_is_live_beside_a_base_and_none_is_cut_open(one, two, limit):
    cell = replace(
        MINE,
        reason=one,
        facts={"tensorflow.version": one, "wanted.cuda": two, "packages.versions": {"numpy": one}},
        noise=(Noise(one, 1, two),),
        output=f"{one}\n{two}" * 50,
        gpu="require",
    )
    before = replace(cell, status=Status.PASSED, facts={**MINE.facts, "packages.versions": {"numpy": two}})
    gone = replace(HOSTILE, id=one, cell=HOSTILE.cell)
    base = replace(results(before, gone), run=replace(BASE.run, commit=two))
    shown = results(cell, replace(MINE, id=two))
    told = replace(TOLD, comparison=compare(shown, base), base=one, missing=(two,), hint=one, links=())
    text = markdown.render(shown, limit=limit, context=replace(told, run_url="", commit_url=""))
    assert_inert(text)
    assert len(text.encode()) <= limit


@pytest.mark.parametrize("text", attacks("markdown"))
def test_no_attack_is_live_beside_a_base(text):
    base = replace(BASE, cells=(*BASE.cells, replace(SLIM, id=text)), run=replace(BASE.run, commit=text))
    elsewhere = replace(SLIM, id=text * 2, cell=replace(SLIM.cell, runner=text))
    cells = tuple(replace(cell, noise=(Noise(text, 1, text),)) for cell in (*HEAD.cells, elsewhere))
    shown = replace(HEAD, cells=cells)
    told = ReportContext(compare(shown, base), text, missing=(text,), hint=text)
    assert_inert(markdown.render(shown, context=told))


@pytest.mark.parametrize("found", [many(), DISTINCT], ids=["one cause", "a cause each"])
def test_a_comment_on_three_hundred_cells_accounts_for_every_failure(found):
    base = replace(found, cells=tuple(replace(cell, status=Status.PASSED) for cell in found.cells))
    told = replace(TOLD, comparison=compare(found, base))
    text = markdown.render(found, limit=COMMENT, context=told)
    assert len(text) <= len(text.encode()) <= COMMENT
    shown = group_failures(found, told.comparison)[: text.count("### ❌ ")]
    left = re.search(r"(\d+) more failing cells", text)
    accounted = sum(len(group.cells) for group in shown) + (int(left[1]) if left else 0)
    assert accounted == conclusion(found).counts.failed
