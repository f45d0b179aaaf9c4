from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gha.attacks import ATTACKS
from gha.runner import commands, lines
from tf_docker_check.gha.commands import command, group, harmless, inert, mask

nasty = some.text(
    alphabet=some.sampled_from(":#[]er%| \t\r\n\v\x1b\u200b\u00a0\x85\u2028") | some.characters()
)
pieces = some.lists(nasty | some.sampled_from([*ATTACKS, "::error::", "##[error]"])).map("".join)


def test_most_attacks_work_where_nobody_defends():
    assert sum(bool(commands(attack)) for attack in ATTACKS) > len(ATTACKS) / 2


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("stoppable", [True, False])
def test_nothing_gets_through(attack, stoppable):
    text = inert(attack)
    if not stoppable:
        text = "\n".join(lines(text)[1:-2])
    assert commands(f"{text}\n::notice::after", stoppable=stoppable) == [("notice", {}, "after")]
    assert commands(harmless(attack)) == []
    assert len(lines(harmless(attack))) == 1


@given(pieces)
def test_no_text_gets_through(text):
    shown = inert(text)
    assert commands(shown + "::notice::after") == [("notice", {}, "after")]
    assert commands("\n".join(lines(shown)[1:-2]), stoppable=False) == []
    assert commands(harmless(text)) == []


@given(pieces, pieces, pieces)
def test_what_is_put_into_a_command_stays_in_it(message, title, folded):
    told = command("error", message, title=title)
    assert commands(told) == [("error", {"title": title} if title else {}, message)]
    assert [name for name, _, _ in commands(group(title, folded))] == ["group", "endgroup"]


def test_inert_text_can_still_be_read():
    assert lines(inert("one\n  two\n", token="t")) == ["::stop-commands::t", "| one", "|   two", "::t::", ""]


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


@pytest.mark.parametrize("short", ["", "true", "main"])
def test_a_short_word_is_never_masked(short):
    assert mask(short) == ""
