"""One comment per key: which one is ours, and what becomes of it."""

from __future__ import annotations

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from fakegithub import given, server, troubles
from fakegithub.server import Running
from fakegithub.state import BOT, OWN, State, Token
from fakegithub.troubles import Trouble
from tf_docker_check.errors import UsageError
from tf_docker_check.gha.comment import (
    BODY_LIMIT,
    Mode,
    Posted,
    RunStamp,
    Stamp,
    Step,
    add_marker,
    decide,
    digest,
    post,
    read,
)
from tf_docker_check.github.client import GitHub, connect
from tf_docker_check.github.errors import Forbidden
from tf_docker_check.github.retry import RetryBudget

HEAD = "c" * 40
OLD = Stamp("default", RunStamp(7, 2, HEAD, "ci.yml"), digest("old"))


def stamp(number: int = 8, attempt: int = 1, body: str = "new", workflow: str = "ci.yml") -> Stamp:
    return Stamp("default", RunStamp(number, attempt, HEAD, workflow), digest(body))


# what becomes of the comment


@pytest.mark.parametrize(
    ("mode", "changed", "worth", "step"),
    [
        ("always", False, False, "create"),
        ("changes", False, False, "silent"),
        ("changes", True, False, "create"),
        ("changes", False, True, "create"),
        ("failures", False, False, "silent"),
        ("failures", True, False, "silent"),
        ("failures", False, True, "create"),
        ("off", True, True, "silent"),
    ],
)
def test_the_first_comment(mode: Mode, changed: bool, worth: bool, step: Step) -> None:
    assert decide(None, stamp(), mode, changed=changed, worth=worth) == step


@pytest.mark.parametrize("mode", ["always", "changes", "failures"])
@pytest.mark.parametrize(
    ("new", "step"),
    [
        (stamp(8), "update"),
        (stamp(8, body="old"), "unchanged"),
        (stamp(7, 3), "update"),
        (stamp(7, 2), "overwrite"),
        (stamp(7, 2, "old"), "unchanged"),
        (stamp(7, 1), "older"),
        (stamp(6, 9), "older"),
        (stamp(6, 9, "old"), "older"),
        (stamp(1, workflow="other.yml"), "update"),
        (stamp(1, body="old", workflow="other.yml"), "unchanged"),
    ],
)
def test_a_comment_that_is_there_is_kept_true_and_never_goes_back(mode: Mode, new: Stamp, step: Step) -> None:
    assert decide(OLD, new, mode, changed=False, worth=False) == step


def test_a_comment_is_left_alone_where_comments_are_off() -> None:
    assert decide(OLD, stamp(8), "off", changed=True, worth=True) == "silent"


# the marker


@each(
    st.from_regex(r"[A-Za-z0-9._]{1,50}", fullmatch=True),
    st.integers(0, 10**17),
    st.integers(1, 10**8),
    st.text(),
)
def test_a_marker_is_read_as_it_was_written(key: str, number: int, attempt: int, body: str) -> None:
    written = Stamp(key, RunStamp(number, attempt, HEAD), digest(body))
    assert read(add_marker(body, written)) == written
    assert read(add_marker(body, written).replace("\n", "\r\n")) == written


@pytest.mark.parametrize(
    "body",
    [
        "",
        "> " + add_marker("x", OLD),
        "Look:\n" + add_marker("x", OLD),
        "```\n" + add_marker("x", OLD),
        " " + add_marker("x", OLD),
        add_marker("x", OLD).replace("v1", "v2"),
        add_marker("x", OLD).replace("run=7", "run=seven"),
        "<!-- tf-docker-check:v1 key=default -->\n",
    ],
)
def test_what_does_not_begin_with_our_marker_is_not_ours(body: str) -> None:
    assert read(body) is None


@each(st.text() | st.sampled_from([add_marker("x", OLD), "<!--\n tf-docker-check:v1 key=default -->"]))
def test_no_body_holds_another_marker(body: str) -> None:
    shown = add_marker(body, stamp())
    assert read(shown) == stamp()
    assert all(read(shown[start:]) is None for start in range(1, len(shown)))


def test_the_marker_fits_beside_the_longest_body() -> None:
    largest = Stamp("k" * 50, RunStamp(10**18 - 1, 10**9 - 1, "f" * 64, "w" * 100), digest(""))
    assert len(add_marker("x" * BODY_LIMIT, largest)) <= 65_536


@pytest.mark.parametrize("key", ["", "-a", "a-", "a b", "a/b", "a -->", "k" * 51, "a\nb"])
def test_a_key_that_could_not_be_found_again_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="key"):
        add_marker("x", Stamp(key, RunStamp(1, 1, HEAD), digest("x")))


# on the fake GitHub


@pytest.fixture
def fake():
    with server.start(State()) as running:
        given.pull(running.state)
        yield running


@pytest.fixture
def github(fake: Running) -> GitHub:
    return connect("token", OWN, api_url=fake.url, retry_budget=RetryBudget(sleep=lambda seconds: None))


def say(github: GitHub, body: str, number: int = 1, *, workflow: str = "ci.yml", **more: object) -> Posted:
    given_ = {"key": "default", "mode": "changes", "changed": False, "worth": True, **more}
    return post(github, 1, body, run=RunStamp(number, 1, HEAD, workflow), **given_)  # type: ignore[arg-type]


def bodies(fake: Running) -> list[str]:
    """The comments without their markers."""
    comments = fake.state.repository.comments.values()
    return [one.body.partition("\n")[2] if read(one.body) else one.body for one in comments]


outside = pytest.mark.outside


@outside
def test_one_comment_is_updated_in_place(fake: Running, github: GitHub) -> None:
    said = [say(github, "one", 1), say(github, "two", 2), say(github, "all is well", 3, worth=False)]
    assert [posted.action for posted in said] == ["create", "update", "update"]
    assert len({posted.url for posted in said}) == 1
    assert bodies(fake) == ["all is well"]


@outside
def test_an_equal_comment_costs_no_write(fake: Running, github: GitHub) -> None:
    said = [say(github, "one"), say(github, "one")]
    assert [posted.action for posted in said] == ["create", "unchanged"]
    assert said[1].url == said[0].url
    assert [fake.count("POST"), fake.count("PATCH")] == [1, 0]


@outside
def test_an_older_run_that_ends_late_says_nothing(fake: Running, github: GitHub) -> None:
    say(github, "new", 8)
    late = say(github, "late", 7)
    assert late.action == "older"
    assert "newer run" in late.note
    assert bodies(fake) == ["new"]


@outside
@pytest.mark.parametrize(("number", "action", "shown"), [(9, "older", "newest"), (7, "update", "ours")])
def test_a_repeated_update_looks_who_spoke_meanwhile(
    fake: Running, github: GitHub, number: int, action: Step, shown: str
) -> None:
    """While we wait for a limit, a run says more."""
    say(github, "old", 1)
    (there,) = fake.state.repository.comments.values()

    def meanwhile(_: float) -> None:
        there.body = add_marker("newest", stamp(number))

    github._ask.retry_budget.sleep = meanwhile
    fake.state.troubles.append(troubles.secondary_limit("PATCH"))
    assert say(github, "ours", 8).action == action
    assert bodies(fake) == [shown]


@outside
@pytest.mark.parametrize("workflow", ["other.yml", "what is this?.yml"])
def test_of_two_workflows_with_one_key_none_is_silenced_and_it_is_said(
    fake: Running, github: GitHub, workflow: str
) -> None:
    say(github, "ours", 500)
    posted = say(github, "theirs", 1, workflow=workflow)
    assert posted.action == "update"
    assert "'ci.yml'" in posted.note
    assert "comment-key" in posted.note
    assert say(github, "theirs again", 2, workflow=workflow).note == ""
    assert bodies(fake) == ["theirs again"]


@outside
def test_two_jobs_of_one_run_with_one_key_are_told(fake: Running, github: GitHub) -> None:
    say(github, "cpu")
    assert "comment-key" in say(github, "gpu").note


@outside
def test_where_all_is_well_from_the_start_nothing_is_said(fake: Running, github: GitHub) -> None:
    assert say(github, "fine", worth=False) == Posted("", "silent")
    assert [fake.count("GET"), fake.count()] == [1, 1]


@outside
def test_where_comments_are_off_nothing_is_asked(fake: Running, github: GitHub) -> None:
    say(github, "x", mode="off")
    assert fake.count() == 0


@outside
def test_keys_do_not_meet(fake: Running, github: GitHub) -> None:
    say(github, "cpu", key="cpu")
    say(github, "cpu.2", key="cpu.2")
    say(github, "cpu again", 2, key="cpu")
    assert bodies(fake) == ["cpu again", "cpu.2"]


@outside
def test_ours_is_found_on_the_last_page(fake: Running, github: GitHub) -> None:
    for count in range(230):
        given.comment(fake.state, 1, f"chat {count}", "mona")
    say(github, "one")
    assert say(github, "two", 2).action == "update"


@outside
@pytest.mark.parametrize("author", ["mona", "copycat[bot]"])
def test_a_copy_or_a_quote_by_others_is_never_touched(fake: Running, github: GitHub, author: str) -> None:
    copy = add_marker("copied", stamp(99))
    given.comment(fake.state, 1, copy, author)
    given.comment(fake.state, 1, f"> {copy}", BOT)
    assert say(github, "one").action == "create"
    assert bodies(fake) == ["copied", f"> {copy}", "one"]


@outside
def test_a_deleted_comment_is_made_again(fake: Running, github: GitHub) -> None:
    say(github, "one")
    fake.state.repository.comments.clear()
    assert say(github, "two", 2).action == "create"
    assert bodies(fake) == ["two"]


@outside
def test_a_comment_deleted_while_we_update_it_is_made_again(fake: Running, github: GitHub) -> None:
    say(github, "one")
    fake.state.troubles.append(Trouble("PATCH", status=404, body={"message": "Not Found"}))
    assert say(github, "two", 2).action == "create"


@outside
@pytest.mark.parametrize(
    "trouble",
    [
        troubles.lost_answer(),
        troubles.lost_answer(times=3),
        Trouble("POST", status=502, effect=True),
        troubles.unavailable("POST", times=2),
        troubles.secondary_limit("POST"),
        troubles.secondary_limit("POST", status=429, wait=None),
    ],
)
def test_a_repeated_creation_makes_no_second_comment(fake: Running, github: GitHub, trouble: Trouble) -> None:
    fake.state.troubles.append(trouble)
    assert say(github, "one").action == "create"
    assert bodies(fake) == ["one"]


@outside
@pytest.mark.parametrize(
    "trouble", [Trouble(times=0), troubles.hung_up("POST"), troubles.lost_answer("POST")]
)
@pytest.mark.parametrize(
    ("number", "action", "shown"), [(8, "update", "ours"), (7, "overwrite", "ours"), (6, "older", "theirs")]
)
def test_of_two_first_comments_at_once_the_older_one_stays(
    fake: Running, github: GitHub, number: int, action: Step, shown: str, trouble: Trouble
) -> None:
    """Another run comments between our look and our own comment."""
    given.comment(fake.state, 1, add_marker("theirs", stamp(7)), BOT)
    github.comments = _empty_at_first(github)  # type: ignore[method-assign]
    fake.state.troubles.append(trouble)
    assert say(github, "ours", number).action == action
    assert bodies(fake) == [shown]


def _empty_at_first(github: GitHub):
    asked = []

    def comments(number: int):
        asked.append(number)
        return () if len(asked) == 1 else GitHub.comments(github, number)

    return comments


@outside
def test_of_two_comments_the_older_one_is_kept_up(fake: Running, github: GitHub) -> None:
    for _ in range(2):
        given.comment(fake.state, 1, add_marker("x", stamp(1)), BOT)
    assert say(github, "one", 2).action == "update"
    assert bodies(fake) == ["one", "x"]


@outside
def test_a_read_only_token_is_told_by_the_permission_it_lacks(fake: Running, github: GitHub) -> None:
    fake.state.tokens["token"] = Token(permissions={"pull_requests": "read"})
    with pytest.raises(Forbidden) as caught:
        say(github, "one")
    assert caught.value.permission == "pull-requests: write"
    assert fake.count("POST") == 1


@outside
def test_text_in_the_body_that_poses_as_a_marker_is_none(fake: Running, github: GitHub) -> None:
    say(github, add_marker("evil", stamp(10**9)), 1)
    assert say(github, "two", 2).action == "update"
