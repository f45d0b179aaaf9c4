"""What a token may do. Each endpoint's needs are on docs.github.com, none in the OpenAPI document.

Docs "Permissions required for GitHub Apps", "Troubleshooting the REST API".
"""

from __future__ import annotations

from fakegithub.call import Call
from fakegithub.message import Refused, not_found
from fakegithub.state import Token

LEVELS = {"read": 1, "write": 2}


def check(call: Call, needs: str, *, reads: bool, even_public: bool = False) -> None:
    """Raise GitHub's refusal unless the token suffices.

    *needs* is what `x-accepted-github-permissions` says: alternatives between `;`, each a list of
    `name=level` with `,`. Whoever may see a public repository may read of it what is public.
    """
    private = call.repository.private
    if call.token is None:
        if private:
            raise not_found()
        if not reads or even_public:
            raise Refused(401, "Requires authentication")
        return
    if reads and not private and not even_public:
        return
    needs = _on_issue(call, needs)
    covered = _covers(call, call.token)
    if private and not covered:
        raise not_found()
    permissions = {"metadata": "read", **call.token.permissions} if covered else {}
    if not any(_granted(permissions, one) for one in needs.split(";")):
        kind = "integration" if call.token.installation else "personal access token"
        raise Refused(403, f"Resource not accessible by {kind}", x_accepted_github_permissions=needs)


def _covers(call: Call, token: Token) -> bool:
    return not token.installation or call.repository.name == (token.repository or call.state.repository.name)


def _on_issue(call: Call, needs: str) -> str:
    """`pull_requests` is as good as `issues` on pull requests only."""
    number = call.parameters.get("issue_number", "")
    comment = call.parameters.get("comment_id", "")
    if comment and int(comment) in call.repository.comments:
        number = str(call.repository.comments[int(comment)].number)
    issue = call.repository.issues.get(int(number)) if number else None
    if issue is None or issue.pull:
        return needs
    return "; ".join(one.strip() for one in needs.split(";") if not one.strip().startswith("pull_requests"))


def _granted(permissions: dict[str, str], needs: str) -> bool:
    wanted = (one.strip().partition("=") for one in needs.split(","))
    return all(LEVELS.get(permissions.get(name, ""), 0) >= LEVELS[level] for name, _, level in wanted)
