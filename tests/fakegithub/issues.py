"""Issues, their labels and events. Every pull request is an issue too, and listed among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakegithub.call import Call, found, listed, user
from fakegithub.message import Answer, Refused, invalid
from fakegithub.state import Event, Issue

LONGEST_BODY = 65_536
"""In characters; not in the OpenAPI document (seen in actions/dependency-review-action#730)."""
LONGEST_TITLE = 256


def get(call: Call) -> Answer:
    return Answer(200, show(call, found(call.repository.issues, call.number("issue_number"))))


def list_issues(call: Call) -> Answer:
    query = call.query
    state, wanted = query.get("state", "open"), [name for name in query.get("labels", "").split(",") if name]
    chosen = [
        issue
        for issue in call.repository.issues.values()
        if state in {"all", issue.state}
        and set(wanted) <= set(issue.labels)
        and query.get("creator", issue.author) == issue.author
        and issue.updated >= query.get("since", "")
    ]
    key = "updated" if query.get("sort") == "updated" else "created"
    chosen.sort(key=lambda issue: (getattr(issue, key), issue.number))
    if query.get("direction", "desc") == "desc":
        chosen.reverse()
    return listed(call, chosen, show)


def create(call: Call) -> Answer:
    repository = call.repository
    if not repository.has_issues:
        raise Refused(410, "Issues has been disabled in this repository.")
    _check(call)
    now = call.state.time()
    issue = Issue(next_number(call), str(call.body["title"]), call.body.get("body"), author=call.login)
    issue.created = issue.updated = now
    _label(call, issue, _names(call.body.get("labels") or []))
    repository.issues[issue.number] = issue
    return Answer(201, show(call, issue), {"location": f"{call.url}/issues/{issue.number}"})


def update(call: Call) -> Answer:
    issue = found(call.repository.issues, call.number("issue_number"))
    _check(call)
    issue.title = str(call.body.get("title", issue.title))
    issue.body = call.body.get("body", issue.body)
    if "labels" in call.body:
        names = _names(call.body["labels"])
        for gone in [name for name in issue.labels if name not in names]:
            _unlabel(call, issue, gone)
        _label(call, issue, names)
    change_state(call, issue, call.body.get("state", issue.state), call.body.get("state_reason"))
    issue.updated = call.state.time()
    return Answer(200, show(call, issue))


def change_state(call: Call, issue: Issue, state: str, reason: str | None) -> None:
    """Open or close, with who did it and the event that says so."""
    if state == issue.state:
        issue.state_reason = reason or issue.state_reason
        return
    closed = state == "closed"
    issue.state = state
    issue.closed = call.state.time() if closed else ""
    issue.closed_by = call.login if closed else ""
    issue.state_reason = reason or ("completed" if closed else "reopened")
    event(call, issue, "closed" if closed else "reopened", reason=issue.state_reason if closed else "")


def event(call: Call, issue: Issue, name: str, *, label: str = "", reason: str = "") -> None:
    number, now = call.state.next_id(), call.state.time()
    issue.events.append(Event(number, name, call.login, now, label, reason))


def next_number(call: Call) -> int:
    return max(call.repository.issues, default=0) + 1


def add_labels(call: Call) -> Answer:
    issue = found(call.repository.issues, call.number("issue_number"))
    _label(call, issue, _names(call.body if isinstance(call.body, list) else call.body["labels"]))
    return listed(call, issue.labels, show_label)


def remove_label(call: Call) -> Answer:
    issue = found(call.repository.issues, call.number("issue_number"))
    name = call.parameters["name"]
    if name not in issue.labels:
        raise Refused(404, "Label does not exist")
    _unlabel(call, issue, name)
    return Answer(200, [show_label(call, label) for label in issue.labels])


def issue_labels(call: Call) -> Answer:
    return listed(call, found(call.repository.issues, call.number("issue_number")).labels, show_label)


def list_labels(call: Call) -> Answer:
    return listed(call, sorted(call.repository.labels), show_label)


def get_label(call: Call) -> Answer:
    found(call.repository.labels, call.parameters["name"])
    return Answer(200, show_label(call, call.parameters["name"]))


def create_label(call: Call) -> Answer:
    name = str(call.body["name"])
    if name.lower() in {label.lower() for label in call.repository.labels}:
        raise Refused(
            422, "Validation Failed", {"resource": "Label", "code": "already_exists", "field": "name"}
        )
    call.repository.labels[name] = str(call.body.get("color", "ededed"))
    return Answer(201, show_label(call, name))


def events(call: Call) -> Answer:
    issue = found(call.repository.issues, call.number("issue_number"))
    return listed(call, issue.events, _show_event)


def _check(call: Call) -> None:
    title = call.body.get("title")
    if title is not None and len(str(title)) > LONGEST_TITLE:
        raise invalid("Issue", "title", f"title is too long (maximum is {LONGEST_TITLE} characters)")
    check_body(call, "Issue")


def check_body(call: Call, resource: str) -> None:
    if len(call.body.get("body") or "") > LONGEST_BODY:
        raise invalid(resource, "body", f"body is too long (maximum is {LONGEST_BODY} characters)")


def _names(labels: Sequence[Any]) -> list[str]:
    return [label if isinstance(label, str) else label["name"] for label in labels]


def _label(call: Call, issue: Issue, names: Sequence[str]) -> None:
    """A label that does not exist is made, for whoever may label."""
    for name in names:
        call.repository.labels.setdefault(name, "ededed")
        if name not in issue.labels:
            issue.labels.append(name)
            event(call, issue, "labeled", label=name)


def _unlabel(call: Call, issue: Issue, name: str) -> None:
    issue.labels.remove(name)
    event(call, issue, "unlabeled", label=name)


def show_label(call: Call, name: str) -> dict[str, Any]:
    colour = call.repository.labels.get(name, "ededed")
    return {"name": name, "color": colour, "url": f"{call.url}/labels/{name}", "description": None}


def show(call: Call, issue: Issue) -> dict[str, Any]:
    url = f"{call.url}/issues/{issue.number}"
    comments = sum(comment.number == issue.number for comment in call.repository.comments.values())
    shown: dict[str, Any] = {
        "id": 10**6 + issue.number,
        "number": issue.number,
        "url": url,
        "repository_url": call.url,
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "labels_url": f"{url}/labels{{/name}}",
        "html_url": f"{call.web}/{'pull' if issue.pull else 'issues'}/{issue.number}",
        "title": issue.title,
        "body": issue.body,
        "state": issue.state,
        "state_reason": issue.state_reason or None,
        "user": user(issue.author),
        "labels": [show_label(call, name) for name in issue.labels],
        "comments": comments,
        "created_at": issue.created,
        "updated_at": issue.updated,
        "closed_at": issue.closed or None,
        "closed_by": user(issue.closed_by) if issue.closed_by else None,
        "author_association": "NONE",
    }
    if issue.pull:
        pull = f"{call.url}/pulls/{issue.number}"
        shown["pull_request"] = {"url": pull, "html_url": shown["html_url"], "merged_at": None}
    return shown


def _show_event(call: Call, event: Event) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": event.id,
        "event": event.event,
        "actor": user(event.actor),
        "created_at": event.created,
        "url": f"{call.url}/issues/events/{event.id}",
    }
    if event.label:
        shown["label"] = {"name": event.label, "color": call.repository.labels.get(event.label, "ededed")}
    if event.event == "closed":
        shown["state_reason"] = event.reason or None
    return shown
