"""Read our issues on GitHub: the signature of each, and what people did to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tf_docker_check.model.github import Issue, IssueEvent
from tf_docker_check.nightly.issue_memory import memory_in, signature_in
from tf_docker_check.nightly.issue_values import KnownIssue


def by_signature(issues: Iterable[Issue], login: str) -> Mapping[str, Issue]:
    """Return the issue of each signature, by its id: those with our marker that *login* wrote.

    Of several, the oldest open one is used, else the newest closed one.
    """
    ours: dict[str, list[Issue]] = {}
    for issue in issues:
        if issue.author == login and (signature := signature_in(issue.body)):
            ours.setdefault(signature, []).append(issue)
    return {signature: _choose(candidates) for signature, candidates in ours.items()}


def read_issue(issue: Issue, events: Sequence[IssueEvent], login: str) -> KnownIssue:
    """Read *issue*; its *events* (oldest first) show who closed and reopened it. *login* is ours."""
    turns = [event for event in events if event.kind in {"closed", "reopened"}]
    last = turns[-1] if turns else None
    by_person = last is not None and last.actor != login
    is_open = issue.state == "open"
    return KnownIssue(
        number=issue.number,
        open=is_open,
        memory=memory_in(issue.body),
        reopened_by_person=is_open and by_person,
        closed_by_person=not is_open and by_person,
        closed=last.created if last and not is_open else "",
    )


def _choose(issues: Sequence[Issue]) -> Issue:
    still = [issue for issue in issues if issue.state == "open"]
    return (
        min(still, key=lambda issue: issue.number) if still else max(issues, key=lambda issue: issue.number)
    )
