"""Comments on issues and on pull requests' conversations."""

from __future__ import annotations

from typing import Any

from fakegithub.call import Call, found, listed, user
from fakegithub.issues import check_body
from fakegithub.message import Answer, invalid
from fakegithub.state import Comment


def list_comments(call: Call) -> Answer:
    """By ascending id, oldest first."""
    number = call.number("issue_number")
    found(call.repository.issues, number)
    chosen = [comment for _, comment in sorted(call.repository.comments.items()) if comment.number == number]
    since = call.query.get("since", "")
    return listed(call, [comment for comment in chosen if comment.updated >= since], show)


def get(call: Call) -> Answer:
    return Answer(200, show(call, found(call.repository.comments, call.number("comment_id"))))


def create(call: Call) -> Answer:
    issue = found(call.repository.issues, call.number("issue_number"))
    _check(call)
    now = call.state.time()
    comment = Comment(call.state.next_id(), issue.number, call.login, str(call.body["body"]), now, now)
    call.repository.comments[comment.id] = comment
    issue.updated = now
    shown = show(call, comment)
    return Answer(201, shown, {"location": shown["url"]})


def update(call: Call) -> Answer:
    comment = found(call.repository.comments, call.number("comment_id"))
    _check(call)
    comment.body = str(call.body["body"])
    comment.updated = call.state.time()
    return Answer(200, show(call, comment))


def delete(call: Call) -> Answer:
    found(call.repository.comments, call.number("comment_id"))
    del call.repository.comments[call.number("comment_id")]
    return Answer(204)


def _check(call: Call) -> None:
    if not str(call.body["body"]).strip():
        raise invalid("IssueComment", "body", "body can't be blank")
    check_body(call, "IssueComment")


def show(call: Call, comment: Comment) -> dict[str, Any]:
    issue = call.repository.issues[comment.number]
    kind = "pull" if issue.pull else "issues"
    return {
        "id": comment.id,
        "url": f"{call.url}/issues/comments/{comment.id}",
        "html_url": f"{call.web}/{kind}/{comment.number}#issuecomment-{comment.id}",
        "issue_url": f"{call.url}/issues/{comment.number}",
        "user": user(comment.author),
        "body": comment.body,
        "created_at": comment.created,
        "updated_at": comment.updated,
        "author_association": "NONE",
    }
