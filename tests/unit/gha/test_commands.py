from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as some

from attacks import attacks
from runner.matchers import Matcher
from runner.output import lines
from runner.reading import commands
from tf_docker_check.gha.commands import command, group, harmless, inert, mask

ATTACKS = attacks("log")
nasty = some.text(
    alphabet=some.sampled_from(":#[]er%| \t\r\n\v\x1b\u200b\u00a0\x85\u2028\ufe0f\u0301") | some.characters()
)
pieces = some.lists(nasty | some.sampled_from([*ATTACKS, "::error::", "##[error]"])).map("".join)


def unstopped(block: str) -> str:
    """*block* for a runner that does not stop, or was told to go on."""
    return "\n".join(line for line in lines(block)[1:-1])


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_gets_through(attack):
    assert commands(f"{inert(attack)}::notice::after") == [("notice", {}, "after")]
    assert commands(unstopped(inert(attack))) == []
    assert commands(harmless(attack)) == []
    assert len(lines(harmless(attack))) <= 1


@given(pieces)
def test_no_text_gets_through(text):
    shown = inert(text)
    assert commands(shown + "::notice::after") == [("notice", {}, "after")]
    assert commands(unstopped(shown)) == []
    assert commands(harmless(text)) == []


@given(pieces, pieces, pieces)
def test_what_is_put_into_a_command_stays_in_it(message, title, folded):
    named = f"{title}."  # the runner trims what follows the command's name
    assert commands(command("error", message, title=named)) == [("error", {"title": named}, message)]
    assert [name for name, _, _ in commands(group(title, folded))] == ["group", "endgroup"]


def test_inert_text_can_still_be_read():
    assert lines(inert("one\n  two\n", token="t")) == ["::stop-commands::t", "| one", "|   two", "::t::"]


def test_each_block_has_a_token_of_its_own():
    tokens = {lines(inert("x"))[0] for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {len("::stop-commands::") + 32}


def test_a_token_in_every_form_is_masked():
    token = "ghs_0123456789abcdef"
    masked = [data for name, _, data in commands(mask(token)) if name == "add-mask"]
    sent = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    assert token in masked
    assert any(form in sent for form in masked)


@pytest.mark.parametrize("short", ["", "true", "main", "\n", "long-enough\nmain", "main\r\nlong-enough"])
def test_a_short_word_is_never_masked(short):
    assert mask(short) == ""


PYTHON = [{"regexp": r'^\s*File\s"(.*)",\sline\s(\d+),\sin\s(.*)$', "file": 1, "line": 2}]


@pytest.mark.parametrize("line", ['File "a.py", line 1, in b', '\u00a0 File "a.py", line 1, in b'])
def test_the_matcher_that_setup_python_leaves_finds_no_problem(line):
    matcher = Matcher("python", "error", PYTHON)
    assert matcher.match(line)
    assert [each for each in (harmless(line), *lines(inert(line))) if matcher.match(each)] == []
