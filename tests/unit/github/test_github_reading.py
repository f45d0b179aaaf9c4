"""What GitHub answers is taken for what it is documented to be, or refused; never a crash."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.github import reading
from tf_docker_check.github.errors import GitHubError

KEYS = st.sampled_from(
    ["id", "number", "user", "login", "head", "base", "repo", "full_name", "labels", "name", "body", "sha"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "read",
    [reading.pull, reading.comment, reading.run, reading.artifact, reading.issue, reading.check_run],
)
@given(document=JSON)
def test_any_document_is_read_or_refused(read: Callable[[object], object], document: object) -> None:
    with suppress(GitHubError):
        hash(read(document))  # only of plain values


def test_a_pull_request_whose_fork_is_gone_has_no_head_repository() -> None:
    read = reading.pull(
        {"number": 3, "head": {"sha": "abc", "repo": None}, "labels": [{"name": "gpu"}, "x", 1]}
    )
    assert (read.head_repository, read.head_sha, read.labels) == ("", "abc", ("gpu", "x"))


def test_a_pull_request_in_the_list_of_issues_is_one() -> None:
    assert reading.issue({"number": 1, "pull_request": {"url": "x"}}).is_pull
    assert not reading.issue({"number": 1}).is_pull
