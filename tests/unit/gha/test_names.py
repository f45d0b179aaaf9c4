from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tf_docker_check.gha.names import KEY, artifact_name, newest


@given(some.from_regex(KEY, fullmatch=True), some.from_regex(r"[A-Za-z0-9.-]{1,40}", fullmatch=True))
def test_the_newest_attempt_of_a_part_is_found_whatever_it_is_called(key, part):
    names = [artifact_name(key, part, attempt) for attempt in (2, 10, 9)]
    assert newest(names, key) == {part: names[1]}


@pytest.mark.parametrize(
    "name",
    ["other", "tf-docker-check-gpu-plan-1", "tf-docker-check-default-plan", "tf-docker-check-default-plan-x"],
)
def test_what_is_not_ours_is_left_alone(name):
    assert newest([name], "default") == {}


def test_no_key_is_the_beginning_of_another():
    assert newest([artifact_name("a", "b-slim", 1)], "a.b") == {}
    assert not KEY.fullmatch("a-b")
