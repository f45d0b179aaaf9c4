"""What the fake GitHub knows. Plain records that a test fills and reads; the server changes them in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

from fakegithub.troubles import Trouble

OWN = "octo/project"
BOT = "github-actions[bot]"
ALL = dict.fromkeys(
    ("actions", "checks", "contents", "issues", "metadata", "pull_requests", "statuses"), "write"
)
EARLIER = "2026-01-01T00:00:00Z"
READ_ONLY = dict.fromkeys(ALL, "read")
"""What a pull request from a fork, or by Dependabot, gets."""


@dataclass
class Token:
    """FaultOwner a token is. An `installation`'s (GITHUB_TOKEN is one) may not ask who it is."""

    login: str = BOT
    installation: bool = True
    permissions: dict[str, str] = field(default_factory=lambda: dict(ALL))
    repository: str = ""
    """The only one that an installation's token is good for; empty: the state's first."""
    limit: int = 5000
    used: int = 0
    reset: int = 0
    """Unix time at which `used` starts over; 0: an hour after the first request."""


@dataclass
class Comment:
    id: int
    number: int
    author: str
    body: str
    created: str = EARLIER
    updated: str = EARLIER


@dataclass
class Event:
    id: int
    event: str
    actor: str
    created: str
    label: str = ""
    reason: str = ""


@dataclass
class Issue:
    number: int
    title: str = ""
    body: str | None = None
    state: str = "open"
    author: str = "octocat"
    labels: list[str] = field(default_factory=list)
    created: str = EARLIER
    updated: str = EARLIER
    closed: str = ""
    closed_by: str = ""
    state_reason: str = ""
    events: list[Event] = field(default_factory=list)
    pull: Pull | None = None
    """What makes it a pull request, as GitHub has it: each of them is an issue."""


@dataclass
class Pull:
    head_sha: str
    head_branch: str
    head_repository: str = OWN
    """Empty: the fork was deleted."""
    base_branch: str = "main"
    draft: bool = False
    merged: bool = False


@dataclass
class CheckRun:
    id: int
    app: str
    name: str
    head_sha: str
    status: str = "queued"
    conclusion: str = ""
    started: str = ""
    completed: str = ""
    details_url: str = ""
    external_id: str = ""
    title: str = ""
    summary: str = ""
    text: str = ""
    annotations: list[dict[str, str | int]] = field(default_factory=list)


@dataclass
class Run:
    id: int
    number: int = 1
    attempt: int = 1
    workflow: str = "ci.yml"
    event: str = "push"
    head_sha: str = "a" * 40
    head_branch: str = "main"
    head_repository: str = OWN
    status: str = "completed"
    conclusion: str = "success"
    created: str = EARLIER
    actor: str = "octocat"


@dataclass
class Step:
    name: str
    conclusion: str = "success"
    started: str = ""
    completed: str = ""


@dataclass
class Job:
    id: int
    run_id: int
    name: str
    attempt: int = 1
    status: str = "completed"
    conclusion: str = "success"
    steps: list[Step] = field(default_factory=list)
    log: bytes = b""
    log_expired: bool = False


@dataclass
class Artifact:
    id: int
    name: str
    data: bytes
    run_id: int
    job: str = ""
    """Backend id of the job that uploaded it."""
    created: str = EARLIER
    expired: bool = False


@dataclass
class Commit:
    sha: str
    parents: list[str]
    files: dict[str, bytes]
    message: str = ""
    author: str = "octocat"
    created: str = EARLIER


@dataclass
class Repository:
    name: str = OWN
    id: int = 1296269
    default_branch: str = "main"
    private: bool = False
    fork: bool = False
    has_issues: bool = True
    actions_may_create_pulls: bool = True
    """Settings → Actions → "Allow GitHub Actions to create and approve pull requests"."""
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """Colour by name."""
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    artifacts: dict[int, Artifact] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    """Commit by full name (`refs/heads/main`)."""

    @property
    def owner(self) -> str:
        return self.name.partition("/")[0]


@dataclass
class State:
    """All of it. `add_*` in `fakegithub.given` fills it with less typing."""

    repositories: dict[str, Repository] = field(default_factory=lambda: {OWN: Repository()})
    tokens: dict[str, Token] = field(default_factory=lambda: {"token": Token()})
    troubles: list[Trouble] = field(default_factory=list)
    write_gap: float = 0.0
    """Seconds that must lie between two writes, else a secondary limit answers; 0: any speed will do."""
    signed_for: float = 60.0
    """Seconds for which a signed URL is good."""
    camel_case: bool = False
    """Whether the results service answers `signedUploadUrl` where it else says `signed_upload_url`."""
    now: str = ""
    """What time it is (`2026-03-01T02:00:00Z`); empty: the real time."""
    last_id: int = 1000
    """Ids that are handed out are above it."""

    @property
    def repository(self) -> Repository:
        """The first one: the one most tests need."""
        return next(iter(self.repositories.values()))

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def time(self) -> str:
        return self.now or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
