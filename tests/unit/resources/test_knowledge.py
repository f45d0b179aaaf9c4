"""What we know of causes is whole, and nothing in it contradicts itself."""

from __future__ import annotations

import json
import re
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from tf_docker_check.diagnose.automaton import compile_pattern
from tf_docker_check.resources import files, knowledge
from tf_docker_check.resources.knowledge import Cause, Pattern, Remedy, Signature, When

ROOT = Path(__file__).parents[3]


@pytest.fixture
def cause() -> Cause:
    return Cause("a", "A", "It is a.", "image", "", (Remedy("Mend it."),), (), ())


def test_the_file_is_named_after_its_cause():
    for name, cause in knowledge.causes().items():
        assert json.loads(files.text(f"causes/{name}.json"))["id"] == cause.id == name


def test_names_of_clues_and_causes_do_not_collide():
    assert not set(knowledge.clues()) & set(knowledge.causes())


def test_every_signature_has_an_example_and_a_weight():
    for cause in knowledge.causes().values():
        for one in cause.signatures:
            assert one.look.matches, f"{cause.id}/{one.name}"
            assert 0 < one.weight <= 10, f"{cause.id}/{one.name}"


def test_the_page_about_causes_is_fresh():
    page = runpy.run_path(str(ROOT / "bin" / "causes-page"))["page"]
    assert (ROOT / "docs" / "causes.md").read_text() == page()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"explains": ("b",)}, "it explains itself"),
        ({"explains": ("nothing",)}, "unknown names: nothing"),
        ({"remedies": ()}, "it has no remedy"),
        ({"remedies": (Remedy("Do {x}.", reads={"y": "(z)"}),)}, "a remedy quotes ['x'] and reads others"),
        ({"id": "other"}, "its id is other"),
        (
            {"signatures": (Signature("s", Pattern("x"), 1, When(any=("unheard",))),)},
            "unknown names: unheard",
        ),
    ],
)
def test_a_contradiction_is_refused_by_name(cause, change, why):
    wrong = {"a": replace(cause, **change), "b": replace(cause, id="b", explains=("a",))}
    with pytest.raises(files.BadData, match=r"causes/a\.json is wrong") as refused:
        knowledge.prove(wrong, {})
    assert refused.value.why == why


def test_consequences_are_followed_to_the_end(cause):
    chain = {
        "a": replace(cause, explains=("b",)),
        "b": replace(cause, id="b", explains=("c",)),
        "c": replace(cause, id="c"),
    }
    assert knowledge.consequences(chain, "a") == {"b", "c"}


def test_a_cause_lies_with_a_place_that_is_one(cause: Cause):
    with pytest.raises(files.BadData, match="no place"):
        knowledge.prove({"a": replace(cause, lies_with="the moon")}, {})
    assert knowledge.lies_with("disk-full") == "disk"
    assert knowledge.lies_with("a-strangers") == ""


def test_what_a_remedy_reads_is_a_pattern_with_a_group():
    for cause in knowledge.causes().values():
        for pattern in (pattern for remedy in cause.remedies for pattern in remedy.reads.values()):
            compile_pattern(pattern)
            assert re.compile(pattern).groups, f"{cause.id}: {pattern}"
