"""Pull requests."""

from __future__ import annotations

from typing import Any

from fakegithub import issues, repositories
from fakegithub.call import Call, found, listed, user
from fakegithub.message import Answer, Refused, invalid, not_found
from fakegithub.state import BOT, Issue, Pull, Repository


def get(call: Call) -> Answer:
    return Answer(200, show(call, _found(call)))


def list_pulls(call: Call) -> Answer:
    query = call.query
    owner, _, branch = query.get("head", "").partition(":")
    chosen = [
        issue
        for issue in call.repository.issues.values()
        if issue.pull
        and query.get("state", "open") in {"all", issue.state}
        and query.get("base", issue.pull.base_branch) == issue.pull.base_branch
        and (not branch or (_owner(issue.pull), issue.pull.head_branch) == (owner, branch))
    ]
    newest_first = query.get("direction", "desc" if query.get("sort", "created") == "created" else "asc")
    chosen.sort(key=lambda issue: issue.number, reverse=newest_first == "desc")
    return listed(call, chosen, show)


def of_commit(call: Call) -> Answer:
    """Those whose head is this commit of this repository: a fork's are not found by asking the base's."""
    chosen = [
        issue
        for issue in call.repository.issues.values()
        if issue.pull
        and _head_sha(call, issue) == call.parameters["commit_sha"]
        and issue.pull.head_repository == call.repository.name
    ]
    return listed(call, chosen, show)


def create(call: Call) -> Answer:
    repository, base = call.repository, str(call.body["base"])
    owner, _, branch = str(call.body["head"]).rpartition(":")
    head = _head_repository(call, owner or repository.owner)
    if call.login == BOT and not repository.actions_may_create_pulls:
        raise Refused(403, "GitHub Actions is not permitted to create or approve pull requests.")
    for name, there in (("base", repository.refs.get(f"refs/heads/{base}")), ("head", _head(head, branch))):
        if not there:
            raise invalid("PullRequest", name, f"{name} is invalid")
    if _head(head, branch) == repository.refs[f"refs/heads/{base}"]:
        raise invalid("PullRequest", "head", f"No commits between {base} and {branch}")
    if any(_same(issue, head, branch, base) for issue in repository.issues.values()):
        raise invalid("PullRequest", "head", f"A pull request already exists for {head.owner}:{branch}.")
    issues.check_body(call, "PullRequest")
    now = call.state.time()
    pull = Pull(_head(head, branch), branch, head.name, base, bool(call.body.get("draft")))
    issue = Issue(issues.next_number(call), str(call.body.get("title", "")), call.body.get("body"), pull=pull)
    issue.author, issue.created, issue.updated = call.login, now, now
    repository.issues[issue.number] = issue
    return Answer(201, show(call, issue))


def update(call: Call) -> Answer:
    issue = _found(call)
    issues.check_body(call, "PullRequest")
    issue.title = str(call.body.get("title", issue.title))
    issue.body = call.body.get("body", issue.body)
    issues.change_state(call, issue, call.body.get("state", issue.state), None)
    issue.updated = call.state.time()
    return Answer(200, show(call, issue))


def _found(call: Call) -> Issue:
    issue: Issue = found(call.repository.issues, call.number("pull_number"))
    if not issue.pull:
        raise not_found()
    return issue


def _owner(pull: Pull) -> str:
    return pull.head_repository.partition("/")[0]


def _head_repository(call: Call, owner: str) -> Repository:
    """That owner's repository of the same name; an empty one where there is none."""
    name = f"{owner}/{call.repository.name.partition('/')[2]}"
    return call.state.repositories.get(name, Repository(name))


def _head(repository: Repository, branch: str) -> str:
    return repository.refs.get(f"refs/heads/{branch}", "")


def _same(issue: Issue, head: Repository, branch: str, base: str) -> bool:
    pull = issue.pull
    return bool(
        pull
        and issue.state == "open"
        and (pull.head_repository, pull.head_branch, pull.base_branch) == (head.name, branch, base)
    )


def show(call: Call, issue: Issue) -> dict[str, Any]:
    pull = issue.pull
    assert pull
    url = f"{call.url}/pulls/{issue.number}"
    base_sha = _head(call.repository, pull.base_branch) or "b" * 40
    shown = issues.show(call, issue) | {
        "url": url,
        "issue_url": f"{call.url}/issues/{issue.number}",
        "comments_url": f"{call.url}/issues/{issue.number}/comments",
        "draft": pull.draft,
        "merged": pull.merged,
        "merged_at": issue.closed or None if pull.merged else None,
        "head": _end(call, pull.head_repository, pull.head_branch, _head_sha(call, issue)),
        "base": _end(call, call.repository.name, pull.base_branch, base_sha),
    }
    return {name: shown[name] for name in shown if name not in {"pull_request", "closed_by", "state_reason"}}


def _head_sha(call: Call, issue: Issue) -> str:
    """An open pull request follows its branch, where the state has that."""
    assert issue.pull
    head = call.state.repositories.get(issue.pull.head_repository)
    now = _head(head, issue.pull.head_branch) if head and issue.state == "open" else ""
    return now or issue.pull.head_sha


def _end(call: Call, name: str, branch: str, sha: str) -> dict[str, Any]:
    owner = name.partition("/")[0] or "ghost"
    return {
        "label": f"{owner}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(owner),
        "repo": repositories.show_named(call, name),
    }
