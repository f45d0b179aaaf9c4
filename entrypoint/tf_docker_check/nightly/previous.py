"""Load the files of earlier nightly runs. Unreadable files are skipped and reported in the notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tf_docker_check.errors import CheckError, UsageError
from tf_docker_check.gha import bundle
from tf_docker_check.gha.event import Context
from tf_docker_check.gha.names import NIGHT, artifact_name
from tf_docker_check.github.errors import NotFound, Throttled, Unavailable
from tf_docker_check.nightly import history, watch_state
from tf_docker_check.nightly.history import History
from tf_docker_check.nightly.night_report import NightReport, Regression
from tf_docker_check.nightly.watch_state import WatchState
from tf_docker_check.pipeline.baseline import OWN_EVENTS
from tf_docker_check.project.read import Absent, Unreadable, read_bytes
from tf_docker_check.upstream import document

if TYPE_CHECKING:
    from tf_docker_check.github.client import GitHub
    from tf_docker_check.model.github import StoredArtifact, WorkflowRun

T = TypeVar("T")
HISTORY, WATCH, REPORT = "history.jsonl", "watch.json", "night.json"
LIMITS = {HISTORY: history.MAX_BYTES, WATCH: document.MAX_BYTES, REPORT: document.MAX_BYTES}
"""The files that the next night reads, and how many bytes of each."""

MOST_NIGHTS, MOST_RUNS = 3, 20
ARTIFACT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class PreviousNights:
    """The state of earlier nightly runs. `explained`: regressions, newest first; `notes`: what was unusable."""

    history: History = field(default_factory=History)
    watched: WatchState = field(default_factory=WatchState)
    explained: tuple[Regression, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def newest(self) -> int:
        """Return the number of the newest earlier run; 0 if there is none."""
        return max([self.watched.run, *(record.run for record in self.history.records)])


def merge_nights(nights: Iterable[Mapping[str, bytes]], notes: Sequence[str] = ()) -> PreviousNights:
    """Combine the files of *nights*, each by file name, in any order."""
    files_by_night, remarks = list(nights), list(notes)
    seen = _load_files(files_by_night, WATCH, lambda data: watch_state.load(data, WATCH), remarks)
    reports = _load_files(
        files_by_night, REPORT, lambda data: document.load(data, NightReport, REPORT), remarks
    )
    reports.sort(key=lambda one: one.night.order, reverse=True)
    return PreviousNights(
        history.merge(*(history.load(files.get(HISTORY, b"")) for files in files_by_night)),
        max(seen, key=lambda one: one.order, default=WatchState()),
        tuple(regression for one in reports for regression in one.regressions),
        tuple(remarks),
    )


def _load_files(
    nights: Iterable[Mapping[str, bytes]], name: str, load: Callable[[bytes], T], remarks: list[str]
) -> list[T]:
    """Load the files called *name*; the reason for each one that is unusable is added to *remarks*."""
    loaded = []
    for files in nights:
        try:
            loaded += [load(files[name])] if name in files else []
        except UsageError as error:
            remarks.append(f"{error.in_one_line}: what it held counts as new")
    return loaded


def load_from_folders(folders: Sequence[Path]) -> PreviousNights:
    """Load earlier nightly runs from *folders*; a missing folder counts as empty."""
    notes: list[str] = []
    return merge_nights([dict(_read(folder, notes)) for folder in folders], notes)


def load_from_runs(github: GitHub, run: Context, key: str) -> PreviousNights:
    """Load the newest nightly runs under *key* that this workflow did on the default branch, merged.

    Several are needed: runs that overlapped each have what the other lacks, as have earlier attempts of this
    *run*. Raises GitHubError if GitHub does not answer: a run without history would forget it.
    """
    nights: list[Mapping[str, bytes]] = []
    notes: list[str] = []
    for number in _runs(github, run):
        stored = [artifact for artifact in github.artifacts(number) if _is_night(artifact, key)]
        stored_nights = [
            files for artifact in stored if (files := _files(github, artifact, notes)) is not None
        ]
        nights += stored_nights
        if len(nights) >= MOST_NIGHTS:
            break
    return merge_nights(nights, notes)


def _runs(github: GitHub, run: Context) -> Iterator[int]:
    """Yield this run, for its earlier attempts, and the finished ones of this repository, newest first."""
    if run.attempt > 1:
        yield run.run_id
    if run.workflow and run.default_branch:
        yield from (ended_run.id for ended_run in _ended_runs(github, run) if ended_run.id != run.run_id)


def _ended_runs(github: GitHub, run: Context) -> list[WorkflowRun]:
    try:
        runs = github.runs(run.workflow, branch=run.default_branch, status="completed", most=MOST_RUNS)
    except NotFound:  # a workflow that never ran there
        return []
    ours = [
        candidate
        for candidate in runs
        if candidate.event in OWN_EVENTS and candidate.head_repository == run.repository
    ]
    return sorted(ours, key=lambda candidate: candidate.number, reverse=True)


def _is_night(stored: StoredArtifact, key: str) -> bool:
    pattern = re.escape(artifact_name(key, NIGHT, 0))[:-1] + "[0-9]{1,9}"
    return not stored.expired and re.fullmatch(pattern, stored.name) is not None


def _files(github: GitHub, stored: StoredArtifact, notes: list[str]) -> Mapping[str, bytes] | None:
    """Download the files of a run; None, and a note, if they are gone or damaged."""
    try:
        data = github.download(stored, ARTIFACT_BYTES)
        return bundle.read(data, LIMITS.__contains__, file_bytes=history.MAX_BYTES)
    except (Throttled, Unavailable):
        raise
    except CheckError as error:
        notes.append(f"the artifact {stored.name} of run {stored.run_id} was left out: {error.in_one_line}")
        return None


def _read(folder: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    for name, limit in LIMITS.items():
        try:
            yield name, read_bytes(folder / name, limit)
        except Absent:
            continue
        except Unreadable as error:
            notes.append(f"{error.in_one_line}: what it held counts as new")
