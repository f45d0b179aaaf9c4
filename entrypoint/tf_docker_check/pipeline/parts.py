"""Merge the results that the jobs of a matrix leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tf_docker_check import __version__
from tf_docker_check.diagnose.blame import assign_blame
from tf_docker_check.errors import CheckError, UsageError
from tf_docker_check.gha import artifacts, bundle
from tf_docker_check.gha.names import NIGHT, REPORT, newest
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.results import Results, RunInfo
from tf_docker_check.pipeline import results_dir
from tf_docker_check.pipeline.cells import make_errored_result
from tf_docker_check.pipeline.results_dir import RESULTS
from tf_docker_check.project.read import is_file
from tf_docker_check.results.document import MAX_BYTES, load
from tf_docker_check.results.merge import merge

MOST_FILES = 1000
AT_ONCE = 8  # downloads
NOTHING_LEFT = (
    "its job left no results: it was cancelled, never started, or broke down before the end; see its log"
)


def skeleton(plan: Plan) -> Results:
    """Make errored results for all cells of *plan*; attempt 0, so that any result of a job is newer."""
    requested = (replace(planned, skip="") for planned in plan.cells if not planned.base.added)
    return Results(
        run=RunInfo(tool=__version__),
        cells=tuple(replace(make_errored_result(planned, NOTHING_LEFT), attempt=0) for planned in requested),
        excluded=plan.excluded,
        notes=plan.notes,
    )


def part(results: Results, *, chosen: bool) -> Results:
    """Return *results* as one job hands them on; where its cells were *chosen*, the plan job has the exclusions."""
    return replace(results, excluded=()) if chosen else results


def merge_parts(parts: Iterable[Results]) -> Results:
    """Merge *parts*, and compute blame again. Raises UsageError where there are none."""
    documents = tuple(parts)
    if not documents:
        raise UsageError(
            "no job has left results",
            remedy="let jobs run `mode: run` with the same `comment-key`, or name their files by `results`",
        )
    return assign_blame(merge(*documents))


def from_files(workspace: Path, pattern: str) -> tuple[Results, ...]:
    """Load the results documents that match *pattern* in *workspace*. Raises UsageError for an invalid one."""
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise UsageError("`results` leads out of the workspace", remedy="name files relative to it")
    try:
        paths = sorted(path for path in workspace.glob(pattern) if is_file(path))
    except (ValueError, NotImplementedError) as error:
        raise UsageError("`results` is not a file pattern", why=str(error)) from None
    if len(paths) > MOST_FILES:
        raise UsageError(f"`results` matches more than {MOST_FILES} files")
    return tuple(results_dir.load(path, [workspace], str(path.relative_to(workspace))) for path in paths)


def from_artifacts(environment: Mapping[str, str], key: str) -> tuple[tuple[Results, ...], tuple[str, ...]]:
    """Load the newest attempt of every part that this run's jobs stored under *key*; list unreadable ones.

    Raises NoToken and GitHubError if artifacts cannot be listed.
    """
    listed = {entry.name: entry for entry in artifacts.of_this_run(environment)}
    names = [name for kind, name in newest(listed, key).items() if kind not in {REPORT, NIGHT}]

    def fetched(name: str) -> Results | str:
        try:
            return unpack(artifacts.fetch(listed[name], environment, MAX_BYTES), name)
        except CheckError as error:
            return f"the artifact {name} cannot be used: {error.in_one_line}"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        fetched_parts = tuple(pool.map(fetched, names))
    documents = tuple(entry for entry in fetched_parts if isinstance(entry, Results))
    return documents, tuple(entry for entry in fetched_parts if isinstance(entry, str))


def unpack(data: bytes, name: str) -> Results:
    """Load the results in the zip of an artifact. Raises CheckError if it is not one of ours."""
    files = bundle.read(data, lambda file: file == RESULTS, file_bytes=MAX_BYTES, total_bytes=MAX_BYTES)
    if RESULTS not in files:
        raise UsageError(f"the artifact {name} holds no {RESULTS}")
    return load(files[RESULTS], name)
