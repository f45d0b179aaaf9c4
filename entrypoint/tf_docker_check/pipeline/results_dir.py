"""The directory that a run's results are written to.

While cells run, each one is appended to `results.partial.jsonl` as a results document of one line. The
three documents people read are written when a run begins and when it ends, for whatever reason. A run that
was killed leaves the first `results.json` and the lines; `load` puts them together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tf_docker_check.errors import CheckError
from tf_docker_check.model.results import Results
from tf_docker_check.project.read import Absent, read_bytes
from tf_docker_check.project.write import append, publish, remove
from tf_docker_check.report import junit, markdown
from tf_docker_check.results import document
from tf_docker_check.results.merge import merge

RESULTS, JUNIT, REPORT = "results.json", "junit.xml", "report.md"
PARTIAL = "results.partial.jsonl"
MAX_BYTES = 256 * 1024 * 1024


@dataclass
class ResultsDir:
    """Writes results to disk, so that none are lost however the run ends.

    `path` is relative to `root`, owned as `root` is, and never led out of it by a link. `results` are those
    saved last. `problem` says why the last write failed; later ones may succeed.
    """

    root: Path
    path: str
    results: Results = field(default_factory=Results)
    problem: CheckError | None = None

    def add(self, results: Results) -> None:
        """Append *results*, which hold one cell that has ended. The cost does not grow with earlier cells."""
        try:
            append(self.root, self.path, PARTIAL, document.dump_line(results))
        except CheckError as error:
            self.problem = error

    def save(self, results: Results) -> None:
        """Write results.json, junit.xml and report.md in full; a reader never sees half of one."""
        self.results = results
        files = {
            RESULTS: document.dump(results),
            JUNIT: junit.render(results),
            REPORT: markdown.render(results).encode(),
        }
        try:
            publish(self.root, self.path, files)
            remove(self.root, self.path, PARTIAL)
            self.problem = None
        except CheckError as error:
            self.problem = error


def load(path: Path, within: Collection[Path] = (), name: str = "") -> Results:
    """Read the results document at *path*, and the cells that a killed run appended next to it.

    *name* is what messages call it. Where *within* names folders, links are not followed out of them.
    Raises UsageError.
    """
    results = document.load(read_bytes(path, MAX_BYTES, within=within), name or str(path))
    lines = _partial_results(path.with_name(PARTIAL), within) if path.name == RESULTS else ()
    mine = [line for line in lines if line.run.run_id == results.run.run_id]
    return merge(*mine, results) if mine else results


def _partial_results(path: Path, within: Collection[Path]) -> Iterator[Results]:
    """Yield the results on each line of *path*; an unfinished last line is dropped."""
    try:
        *lines, _unfinished = read_bytes(path, MAX_BYTES, within=within).split(b"\n")
    except Absent:
        return
    for number, line in enumerate(lines, 1):
        yield document.load(line, f"{path}:{number}")
