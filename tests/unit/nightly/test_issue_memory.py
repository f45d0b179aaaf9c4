from __future__ import annotations

import pytest

from nightly.made import NEW
from tf_docker_check.nightly.issue_memory import LIMIT, issue_body, memory_in, signature_in, visible_text
from tf_docker_check.nightly.issue_values import IssueMemory
from tf_docker_check.nightly.night import SeenDigest

MEMORY = IssueMemory("0123456789abcdef", ("a--><b>@cpu",), SeenDigest(NEW, "-->", 3), culprits=("x -- y",))


@pytest.mark.parametrize(
    "text", ["said", "", "a\n\nb -->", "<!-- tf-docker-check:memory {} -->", "x\n" * 50_000]
)
def test_a_body_remembers_whatever_it_tells(text: str) -> None:
    body = issue_body(text, MEMORY)
    assert memory_in(body) == MEMORY
    assert memory_in(body.replace("\n", "\r\n").strip()) == MEMORY  # as browsers and GitHub return it
    assert signature_in(body) == MEMORY.signature
    assert len(body) < LIMIT + 500
    assert issue_body(visible_text(body), MEMORY).count("tf-docker-check:nightly") == 1


def test_a_long_body_is_cut_between_paragraphs() -> None:
    assert visible_text(issue_body("para\n\n" * 20_000, MEMORY)).endswith(
        "para\n\n_Cut here: the rest is in the run._"
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "<!-- tf-docker-check:nightly v1 signature=0123456789abcdef -->\nno memory",
        issue_body("x", MEMORY).replace("0123456789abcdef", "ffffffffffffffff", 1),
        issue_body("x", MEMORY).replace('"cells"', '"cell', 1),
        issue_body("x", MEMORY) + "\nmore after it",
    ],
)
def test_a_damaged_memory_is_none(body: str) -> None:
    assert memory_in(body) is None


def test_a_marker_that_is_not_at_the_start_is_a_quotation() -> None:
    assert signature_in("> " + issue_body("x", MEMORY)) == ""
