"""The client against the fake GitHub, which checks every request against GitHub's own document."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fakegithub import given, troubles
from fakegithub.server import Running
from fakegithub.state import BOT, READ_ONLY, Token
from fakegithub.troubles import Trouble
from tf_docker_check.errors import UsageError
from tf_docker_check.github.client import GitHub, connect
from tf_docker_check.github.errors import Forbidden, GitHubError, NotFound, Throttled, Unavailable
from tf_docker_check.model.github import CheckNote, PullRequest

pytestmark = pytest.mark.outside
SHA = "c" * 40


def asked(fake: Running) -> list[tuple[str, str, int]]:
    """Method, path below the repository and status of each request."""
    return [
        (one.method, one.path.partition("?")[0].rpartition("/project")[2], one.status)
        for one in fake.requests
    ]


@pytest.mark.parametrize("repository", ["project", "a/b/c", "a/b?x", "a/../b", "octo/pro ject", ""])
def test_a_name_that_is_no_repository_is_refused(repository: str) -> None:
    with pytest.raises(UsageError):
        connect("token", repository)


@pytest.mark.parametrize("token", ["", "to ken", "token\r\nX: y"])
def test_a_token_that_cannot_be_one_is_refused(token: str) -> None:
    with pytest.raises(UsageError):
        connect(token, "octo/project")


# who asks


def test_a_persons_token_tells_its_login(fake: Running, connected: Callable[..., GitHub]) -> None:
    fake.state.tokens["person"] = Token("mona", installation=False)
    github = connected("person")
    assert [github.login(), github.login()] == ["mona", "mona"]
    assert fake.count() == 1


def test_a_token_that_may_not_ask_is_the_actions_bot(github: GitHub) -> None:
    assert github.login() == BOT


@pytest.mark.parametrize(
    ("told", "login"),
    [
        ({"data": {"viewer": {"login": "our-app[bot]"}}}, "our-app[bot]"),
        ({"errors": [{"message": "no"}]}, BOT),
        ({"data": None}, BOT),
    ],
)
def test_an_apps_token_asks_graphql(
    fake: Running, connected: Callable[..., GitHub], told: object, login: str
) -> None:
    fake.state.troubles.append(Trouble("POST", "^/graphql$", status=200, body=told))
    assert connected("ghs_app").login() == login


def test_a_refused_token_is_told_as_such(connected: Callable[..., GitHub]) -> None:
    with pytest.raises(Forbidden, match="does not accept the token"):
        connected("revoked").comments(1)


# lists


def test_comments_are_read_over_all_pages(fake: Running, github: GitHub) -> None:
    pull = given.pull(fake.state)
    for count in range(250):
        given.comment(fake.state, pull.number, f"comment {count}")
    assert [comment.body for comment in github.comments(pull.number)] == [f"comment {n}" for n in range(250)]
    assert fake.count() == 3


def test_pull_requests_are_found_by_their_branch(fake: Running, github: GitHub) -> None:
    given.fork(fake.state)
    number = given.pull(fake.state, SHA, "topic", "somebody/project").number
    given.pull(fake.state, "d" * 40, "topic")
    found = github.pulls(head="somebody:topic")
    assert [(pull.number, pull.head_sha, pull.head_repository) for pull in found] == [
        (number, SHA, "somebody/project")
    ]
    assert github.pull(number) == found[0]


def test_issues_leave_pull_requests_out(fake: Running, github: GitHub) -> None:
    given.pull(fake.state)
    given.issue(fake.state, "broken", labels=["upstream"])
    given.issue(fake.state, "other")
    assert [issue.title for issue in github.issues()] == ["other", "broken"]
    assert [issue.title for issue in github.issues(["upstream"])] == ["broken"]


def test_runs_of_a_workflow(fake: Running, github: GitHub) -> None:
    given.run(fake.state, 1, head_branch="main")
    given.run(fake.state, 2, head_branch="topic")
    run = given.run(fake.state, 3, head_branch="main", attempt=2)
    found = github.runs("ci.yml", branch="main", status="success", most=1)
    assert [(one.id, one.number, one.attempt) for one in found] == [(run.id, 3, 2)]
    assert github.run(run.id) == found[0]


# what is repeated


@pytest.mark.parametrize(
    "trouble",
    [
        troubles.unavailable(times=2),
        troubles.unavailable(times=2, status=503),
        troubles.hung_up(times=2),
        Trouble(cut_at=5, times=2),
        Trouble(status=200, body="<html>", times=2),
    ],
)
def test_reading_is_repeated(fake: Running, github: GitHub, clock, trouble: Trouble) -> None:
    pull = given.pull(fake.state)
    fake.state.troubles.append(trouble)
    assert github.pull(pull.number).number == pull.number
    assert clock.slept == [1, 2]


@pytest.mark.parametrize("trouble", [troubles.unavailable("PATCH"), troubles.lost_answer("PATCH")])
def test_updating_is_repeated(fake: Running, github: GitHub, trouble: Trouble) -> None:
    comment = given.comment(fake.state, given.pull(fake.state).number, "old")
    fake.state.troubles.append(trouble)
    assert github.update_comment(comment.id, "new").body == comment.body == "new"


def test_a_deletion_is_repeated_and_what_is_gone_is_gone(fake: Running, github: GitHub) -> None:
    comment = given.comment(fake.state, given.pull(fake.state).number, "x")
    fake.state.troubles.append(troubles.lost_answer("DELETE"))
    github.delete_comment(comment.id)
    assert fake.state.repository.comments == {}
    assert fake.count("DELETE") == 2


LOST = [
    troubles.lost_answer("POST|PUT"),
    Trouble("POST|PUT", status=502, effect=True),
    Trouble("POST|PUT", cut_at=10),
    troubles.hung_up("POST|PUT"),
    troubles.unavailable("POST|PUT"),
    troubles.secondary_limit("POST|PUT"),
]


@pytest.mark.parametrize("trouble", LOST)
def test_a_comment_is_made_once(fake: Running, github: GitHub, trouble: Trouble) -> None:
    number = given.pull(fake.state).number
    given.comment(fake.state, number, "hello", author="copycat")
    fake.state.troubles.append(trouble)
    made = github.create_comment(number, "hello\n")
    mine = [one for one in fake.state.repository.comments.values() if one.author == BOT]
    assert [one.id for one in mine] == [made.id]


@pytest.mark.parametrize("trouble", LOST)
def test_an_issue_is_made_once(fake: Running, github: GitHub, trouble: Trouble) -> None:
    fake.state.troubles.append(trouble)
    made = github.create_issue("broken", "since today", ["upstream"])
    assert list(fake.state.repository.issues) == [made.number]


@pytest.mark.parametrize("trouble", LOST)
def test_a_check_run_is_made_once(fake: Running, github: GitHub, trouble: Trouble) -> None:
    fake.state.troubles.append(trouble)
    made = github.create_check_run(
        "images", SHA, conclusion="failure", title="t", summary="s", external_id="1.1"
    )
    assert list(fake.state.repository.check_runs) == [made.id]


def test_annotations_beyond_fifty_are_added(fake: Running, github: GitHub) -> None:
    notes = [CheckNote("Dockerfile", line, "failure", "broken", "cell") for line in range(1, 121)]
    made = github.create_check_run("images", SHA, conclusion="failure", title="t", summary="s", notes=notes)
    assert [note["start_line"] for note in fake.state.repository.check_runs[made.id].annotations] == list(
        range(1, 121)
    )


# limits


@pytest.mark.parametrize(
    ("trouble", "slept"),
    [
        (troubles.secondary_limit(wait=20), [20]),
        (troubles.secondary_limit(wait=None, times=2), [60, 120]),
        (troubles.secondary_limit(status=429, wait=None), [60]),
    ],
)
def test_limits_are_waited_for(
    fake: Running, github: GitHub, clock, trouble: Trouble, slept: list[float]
) -> None:
    number = given.pull(fake.state).number
    fake.state.troubles.append(trouble)
    github.pull(number)
    assert clock.slept == slept


def test_a_spent_limit_is_waited_for_until_its_reset(fake: Running, github: GitHub, clock) -> None:
    number = given.pull(fake.state).number
    fake.state.troubles.append(troubles.primary_limit(wait=90))
    github.pull(number)
    assert 85 < clock.slept[0] < 95


def test_a_reset_too_far_away_is_told(fake: Running, github: GitHub, clock) -> None:
    fake.state.troubles.append(troubles.primary_limit(wait=3000))
    with pytest.raises(Throttled, match="no more requests"):
        github.pull(1)
    assert clock.slept == []
    assert fake.count() == 1


def test_trouble_that_stays_is_told(fake: Running, github: GitHub) -> None:
    fake.state.troubles.append(troubles.unavailable(times=99))
    with pytest.raises(Unavailable, match="502"):
        github.pull(1)
    assert fake.count() == 5


def test_writes_are_a_second_apart(fake: Running, github: GitHub, clock) -> None:
    number = given.pull(fake.state).number
    for text in "abc":
        github.create_comment(number, text)
    assert clock.slept == [1, 1]


# permissions


@pytest.mark.parametrize(
    ("act", "permission"),
    [
        (lambda github, number: github.create_comment(number, "x"), "pull-requests: write"),
        (lambda github, number: github.create_issue("x", "y"), "issues: write"),
        (
            lambda github, number: github.create_check_run(
                "n", SHA, conclusion="success", title="t", summary="s"
            ),
            "checks: write",
        ),
    ],
)
def test_a_missing_permission_is_named_at_once(
    fake: Running, github: GitHub, act: Callable[[GitHub, int], object], permission: str
) -> None:
    number = given.pull(fake.state).number
    fake.state.tokens["token"].permissions = dict(READ_ONLY)
    with pytest.raises(Forbidden) as caught:
        act(github, number)
    assert caught.value.permission == permission
    assert f"add `{permission}` under `permissions:`" in caught.value.in_one_line
    assert fake.count() == 1


def test_a_comment_on_an_issue_needs_another_permission(fake: Running, github: GitHub) -> None:
    number = given.issue(fake.state).number
    fake.state.tokens["token"].permissions = dict(READ_ONLY)
    with pytest.raises(Forbidden) as caught:
        github.create_comment(number, "x")
    assert caught.value.permission == "issues: write"


def test_a_locked_conversation_is_no_missing_permission(fake: Running, github: GitHub) -> None:
    number = given.pull(fake.state).number
    locked = {"message": "Unable to create comment because issue is locked."}
    fake.state.troubles.append(Trouble("POST", status=403, body=locked))
    with pytest.raises(Forbidden, match="locked") as caught:
        github.create_comment(number, "x")
    assert caught.value.permission == ""


def test_a_setting_that_forbids_pull_requests_is_named(fake: Running, github: GitHub) -> None:
    given.branch(fake.state, "main", {"README": b"x"})
    fake.state.repository.actions_may_create_pulls = False
    with pytest.raises(Forbidden, match="settings") as caught:
        propose(github)
    assert caught.value.permission == ""


def test_what_is_refused_as_wrong_is_told_in_githubs_words(fake: Running, github: GitHub) -> None:
    number = given.pull(fake.state).number
    with pytest.raises(GitHubError, match="too long"):
        github.create_comment(number, "x" * 65_537)
    assert fake.count() == 1


# artifacts


@pytest.fixture
def stored(fake: Running):
    run = given.run(fake.state)
    given.artifact(fake.state, run, "report", b"PK some zip")
    return run


def test_an_artifact_is_downloaded_without_the_token(github: GitHub, stored) -> None:
    (artifact,) = github.artifacts(stored.id)
    assert github.download(artifact, 100) == b"PK some zip"  # the storage refuses a token


def test_a_torn_download_starts_over_with_a_new_address(fake: Running, github: GitHub, stored, clock) -> None:
    (artifact,) = github.artifacts(stored.id)
    fake.state.troubles.append(Trouble("GET", "^/artifacts/", cut_at=3))
    assert github.download(artifact, 100) == b"PK some zip"
    assert clock.slept == [1]


def test_an_address_that_expired_is_asked_for_anew(fake: Running, github: GitHub, stored, clock) -> None:
    (artifact,) = github.artifacts(stored.id)
    fake.state.troubles.append(Trouble("GET", "^/artifacts/", status=403, body="<Error/>"))
    assert github.download(artifact, 100) == b"PK some zip"
    assert clock.slept == [1]


def test_a_redirect_may_say_so_in_html(fake: Running, github: GitHub, stored) -> None:
    (artifact,) = github.artifacts(stored.id)
    fake.state.troubles.append(Trouble("GET", "/zip", status=302, headers={"location": ""}, body="<html>"))
    with pytest.raises(GitHubError, match="not a redirect"):
        github.download(artifact, 100)


def test_a_redirect_that_leaves_https_is_not_followed(fake: Running, github: GitHub, stored) -> None:
    (artifact,) = github.artifacts(stored.id)
    elsewhere = {"location": "file:///etc/passwd"}
    fake.state.troubles.append(Trouble("GET", "/zip", status=302, headers=elsewhere, body=""))
    with pytest.raises(GitHubError, match="not https"):
        github.download(artifact, 100)


def test_an_artifact_that_is_too_large_is_refused_before_and_while_it_comes(github: GitHub, stored) -> None:
    (artifact,) = github.artifacts(stored.id)
    with pytest.raises(GitHubError, match="too large"):
        github.download(artifact, 10)
    with pytest.raises(GitHubError, match="too large"):
        github.download(type(artifact)(artifact.id, "liar", 1, expired=False, run_id=1, created=""), 10)


def test_an_expired_artifact_is_not_found(fake: Running, github: GitHub, stored) -> None:
    (artifact,) = github.artifacts(stored.id)
    fake.state.repository.artifacts[artifact.id].expired = True
    with pytest.raises(NotFound):
        github.download(artifact, 100)


# proposals


def propose(github: GitHub, content: bytes = b"new", title: str = "Update the lock") -> PullRequest | None:
    return github.propose(
        branch="bot/lock",
        path="a/lock.json",
        content=content,
        message="m",
        title=title,
        body="b",
        base="main",
    )


def on_branch(fake: Running) -> bytes:
    repository = fake.state.repository
    return repository.commits[repository.refs["refs/heads/bot/lock"]].files["a/lock.json"]


@pytest.mark.parametrize("skip", range(3))
@pytest.mark.parametrize("trouble", LOST[:2])
def test_a_proposal_is_made_once_whatever_gets_lost(
    fake: Running, github: GitHub, trouble: Trouble, skip: int
) -> None:
    given.branch(fake.state, "main", {"a/lock.json": b"old"})
    fake.state.troubles.append(
        Trouble(trouble.method, status=trouble.status, effect=True, close=trouble.close, skip=skip)
    )
    made = propose(github)
    assert made is not None
    assert list(fake.state.repository.issues) == [made.number]
    assert on_branch(fake) == b"new"


def test_a_proposal_updates_the_open_one(fake: Running, github: GitHub) -> None:
    given.branch(fake.state, "main", {"README": b"x"})
    first = propose(github)
    second = propose(github, b"newer", "Update the lock again")
    assert first is not None
    assert second is not None
    assert first.number == second.number
    assert on_branch(fake) == b"newer"
    assert fake.state.repository.issues[first.number].title == "Update the lock again"


def test_a_branch_whose_proposal_was_closed_starts_anew(fake: Running, github: GitHub) -> None:
    given.branch(fake.state, "main", {"README": b"x"})
    first = propose(github)
    assert first is not None
    github.update_issue(first.number, state="closed")
    given.branch(fake.state, "main", {"README": b"y"})
    second = propose(github, b"newer")
    assert second is not None
    assert second.number != first.number
    repository = fake.state.repository
    tip = repository.commits[repository.refs["refs/heads/bot/lock"]]
    assert tip.parents == [repository.refs["refs/heads/main"]]


def test_nothing_is_proposed_that_is_so_already(fake: Running, github: GitHub) -> None:
    given.branch(fake.state, "main", {"a/lock.json": b"new"})
    assert propose(github) is None
    assert asked(fake) == [("GET", "/contents/a/lock.json", 200)]


def test_a_file_is_read_at_a_ref(fake: Running, github: GitHub) -> None:
    given.branch(fake.state, "topic", {"a b.json": b"\xff\x00"})
    assert github.file("a b.json", "topic") == b"\xff\x00"
    assert github.file("missing", "topic") is None


# issues


def test_an_issues_story_is_told(fake: Running, github: GitHub) -> None:
    number = github.create_issue("broken", "x").number
    github.update_issue(number, state="closed", state_reason="completed")
    assert github.issue(number).closed_by == BOT
    github.update_issue(number, state="open", body="y", labels=["upstream"])
    assert {"closed", "reopened", "labeled"} == {event.kind for event in github.issue_events(number)}
    assert github.issue(number).body == "y"
