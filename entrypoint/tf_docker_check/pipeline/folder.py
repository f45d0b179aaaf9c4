"""The folder that results go to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tf_docker_check.errors import CheckError
from tf_docker_check.model.results import Results
from tf_docker_check.project.write import publish
from tf_docker_check.report import junit, markdown
from tf_docker_check.results import document

RESULTS, JUNIT, REPORT = "results.json", "junit.xml", "report.md"


@dataclass
class Folder:
    """Keeps the newest results on disk, so that nothing found is lost however the run ends.

    `path` is relative to `root`, owned as `root` is, and never led out of it by a link. `problem`
    says why the newest results could not be written; the next ones may be.
    """

    root: Path
    path: str
    results: Results = field(default_factory=Results)
    problem: CheckError | None = None

    def keep(self, results: Results) -> None:
        """Write results.json, junit.xml and report.md anew; a reader never sees half of one."""
        self.results = results
        files = {
            RESULTS: document.dump(results),
            JUNIT: junit.render(results),
            REPORT: markdown.render(results).encode(),
        }
        try:
            publish(self.root, self.path, files)
            self.problem = None
        except CheckError as error:
            self.problem = error
