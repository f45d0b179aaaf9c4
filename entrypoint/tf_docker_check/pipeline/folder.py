"""The folder that results go to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tf_docker_check.gha.workspace import publish
from tf_docker_check.model.results import Results
from tf_docker_check.report import document, junit, markdown

RESULTS, JUNIT, REPORT = "results.json", "junit.xml", "report.md"


@dataclass
class Folder:
    """Keeps the newest results on disk, so that nothing found is lost however the run ends.

    `path` is relative to `root`, owned as `root` is, and never led out of it by a link.
    """

    root: Path
    path: str
    results: Results = field(default_factory=Results)

    def keep(self, results: Results) -> None:
        """Write results.json anew; a reader never sees half of it. UsageError where it may not be written."""
        self.results = results
        publish(self.root, self.path, {RESULTS: document.dump(results)})

    def publish(self, results: Results) -> None:
        """Write every document: results.json, junit.xml, report.md."""
        self.keep(results)
        files = {JUNIT: junit.render(results), REPORT: markdown.render(results).encode()}
        publish(self.root, self.path, files)
