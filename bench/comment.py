"""What a report costs on GitHub: characters of the comment, requests, and seconds of the whole step.

Usage: python -m bench.comment FOLDER [RESULTS]

RESULTS (of `make demo`, if not told otherwise) is told on a pull request, told for a run of a fork, and
told as often as makes 300 cells that left a part each. FOLDER gets the comments, as Markdown and as a page.
GitHub is the fake on loopback, so that seconds are ours alone.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

from bench.clock import program, seconds
from fakegithub import given, server
from fakegithub.server import Running
from fakegithub.state import OWN, Run
from tf_docker_check.gha.names import PLAN, REPORT, artifact_name
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.results_dir import RESULTS
from tf_docker_check.results import document

CELLS = 300
FORK, HEAD, KEY = "somebody/project", "c" * 40, "default"
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ font: 14px sans-serif; max-width: 900px; margin: 2em auto }}
pre {{ background: #eee; overflow: auto }}
table {{ border-collapse: collapse }} th, td {{ border: 1px solid #ccc; padding: 4px 8px }}
</style>{}
"""

Given = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """`prepare` makes what the step finds on GitHub and in the workspace, and gives its environment."""

    name: str
    prepare: Callable[[Running, Path], Given]


def main(folder: Path, results: Results) -> int:
    large = results_of(CELLS, results)
    cases = (
        Case("pull request", lambda github, home: _alone(github, home, results)),
        Case("run of a fork", lambda github, _: _forked(github, results)),
        Case(f"{CELLS} cells", lambda github, _: _jobs(github, large)),
    )
    folder.mkdir(parents=True, exist_ok=True)
    print("| comment | cells | characters | requests | seconds |\n| --- | --- | --- | --- | --- |")
    for case, told in zip(cases, (results, results, large), strict=True):
        with TemporaryDirectory() as home, server.start() as github:
            body, spent = measured(github, Path(home), case)
            asked = Counter(each.method for each in github.requests)
        methods = ", ".join(f"{number} {method}" for method, number in sorted(asked.items()))
        print(f"| {case.name} | {len(told.cells)} | {len(body)} | {methods} | {spent:.1f} |", flush=True)
        _keep(folder / case.name.replace(" ", "-"), body)
    return 0


def measured(github: Running, home: Path, case: Case) -> tuple[str, float]:
    """The comment that the step of *case* writes, and how long the step takes."""
    environment = {**_runner(github, home), **case.prepare(github, home)}
    (home / "event.json").write_text(environment.pop("EVENT"))
    github.requests.clear()
    spent = seconds([program("tf-docker-check"), "action"], environment, codes=(0, 1, 3))
    (comment,) = github.state.repository.comments.values()
    return comment.body, spent


def results_of(number: int, like: Results) -> Results:
    """*number* cells, those of *like* again and again under other names, each with a fault of its own."""
    cells = (_named(cell, turn) for turn in count() for cell in like.cells)
    return replace(like, cells=tuple(islice(cells, number)))


def _named(like: CellResult, turn: int) -> CellResult:
    cell = replace(like.cell, strategy=f"{like.cell.strategy}-{turn}")
    findings = tuple(replace(finding, title=f"{finding.title}, case {turn}") for finding in like.findings)
    ground = replace(like.base, control=re.sub(r"^[^/@]+", rf"\g<0>-{turn}", like.base.control))
    return replace(like, id=cell.id, cell=cell, findings=findings, base=ground)


def _runner(github: Running, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": OWN,
        "GITHUB_API_URL": github.url,
        "GITHUB_SERVER_URL": "https://github.example.com",
        "GITHUB_WORKSPACE": str(home),
        "GITHUB_WORKFLOW_REF": f"{OWN}/.github/workflows/ci.yml@refs/heads/main",
        "GITHUB_SHA": HEAD,
        "GITHUB_ACTOR": "ann",
        "GITHUB_EVENT_PATH": str(home / "event.json"),
        "GITHUB_OUTPUT": str(home / "output"),
        "GITHUB_STEP_SUMMARY": str(home / "summary.md"),
        "ACTIONS_RESULTS_URL": github.results_url,
        "INPUT_GITHUB-TOKEN": "token",
    }


def _alone(github: Running, home: Path, results: Results) -> Given:
    """One job's file, beside what the base branch left."""
    _base(github, results)
    (home / "part.json").write_bytes(document.dump(results))
    return {**_pull_request(github), "INPUT_MODE": "report", "INPUT_RESULTS": "part.json"}


def _jobs(github: Running, results: Results) -> Given:
    """One artifact a cell, beside what the base branch left."""
    _base(github, results)
    environment = _pull_request(github)
    run = github.state.repository.runs[int(environment["GITHUB_RUN_ID"])]
    for cell in results.cells:
        _leave(github, run, cell.cell.slug, replace(results, cells=(cell,)))
    _leave(github, run, PLAN, Results())
    return {**environment, "INPUT_MODE": "report"}


def _forked(github: Running, results: Results) -> Given:
    """What a fork's run left, beside what the base branch left."""
    _base(github, results)
    given.fork(github.state, FORK)
    given.pull(github.state, HEAD, "topic", FORK)
    ended = given.run(
        github.state, 2, event="pull_request", head_sha=HEAD, head_branch="topic", head_repository=FORK
    )
    _leave(github, ended, REPORT, results)
    event = {"workflow_run": {"id": ended.id, "event": "pull_request"}}
    return _started(github, 9, "workflow_run", event) | {"INPUT_MODE": "report-forks"}


def _base(github: Running, results: Results) -> None:
    """On the base branch all cells are there, and every other of those that fail here passed."""
    odd = count()
    cells = tuple(
        replace(cell, status=Status.PASSED, findings=())
        if cell.status is Status.FAILED and next(odd) % 2 == 0
        else cell
        for cell in results.cells
    )
    run = given.run(github.state, 1)
    _leave(github, run, REPORT, replace(results, cells=cells, run=replace(results.run, commit="a" * 40)))


def _pull_request(github: Running) -> dict[str, str]:
    number = given.pull(github.state, HEAD, "topic").number
    head = {"sha": HEAD, "ref": "topic", "repo": {"full_name": OWN}}
    event = {"pull_request": {"number": number, "head": head, "base": {"ref": "main"}, "labels": []}}
    return _started(github, 2, "pull_request", event)


def _started(github: Running, number: int, name: str, event: Mapping[str, object]) -> dict[str, str]:
    run = given.run(github.state, number, event=name, head_sha=HEAD, status="in_progress", conclusion="")
    return {
        "GITHUB_RUN_ID": str(run.id),
        "GITHUB_RUN_NUMBER": str(number),
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_EVENT_NAME": name,
        "ACTIONS_RUNTIME_TOKEN": github.runtime_token(run.id),
        "EVENT": json.dumps({**event, "repository": {"default_branch": "main"}}),
    }


def _leave(github: Running, run: Run, part: str, results: Results) -> None:
    data = given.zipped({RESULTS: document.dump(results)})
    given.artifact(github.state, run, artifact_name(KEY, part, 1), data)


def _keep(path: Path, body: str) -> None:
    path.with_suffix(".md").write_text(body)
    shown = github_flavored_markdown_to_html(body, options=Options.CMARK_OPT_UNSAFE)  # with what folds
    path.with_suffix(".html").write_text(PAGE.format(shown))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    source = Path((*sys.argv, "tf-docker-check-results/results.json")[2])
    sys.exit(main(Path(sys.argv[1]), document.load(source.read_bytes(), str(source))))
