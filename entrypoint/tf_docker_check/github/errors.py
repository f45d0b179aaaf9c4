"""Why GitHub refused a request. None of these errors says anything about an image."""

from __future__ import annotations

from tf_docker_check.errors import CannotJudge


class GitHubError(CannotJudge):
    """GitHub refused a request as wrong, or gave an answer that makes no sense."""


class Forbidden(GitHubError):
    """The token may not do this. `permission`: the one that is missing (`pull-requests: write`), if known."""

    def __init__(self, what: str, *, why: str = "", remedy: str = "", permission: str = "") -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.permission = permission


class NotFound(GitHubError):
    """It does not exist, it has expired, or the token may not see it."""


class Throttled(GitHubError):
    """GitHub allows no more requests for longer than we are ready to wait."""


class Unavailable(GitHubError):
    """GitHub did not answer, or kept failing."""
