"""The files that a run writes: results, reports, and logs of failed cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.results_dir import JUNIT, REPORT, RESULTS
from tf_docker_check.project.write import publish
from tf_docker_check.report import junit
from tf_docker_check.results import cells, document
from tf_docker_check.results.compare import NONE, Comparison

_TROUBLED = frozenset({Status.FAILED, Status.ERRORED})


def documents(results: Results, page: str, comparison: Comparison = NONE) -> Mapping[str, bytes]:
    """Return every file by its path: results, JUnit and *page*; for failing cells, log and commands."""
    files = {
        RESULTS: document.dump(results),
        JUNIT: junit.render(results, comparison),
        REPORT: page.encode(errors="replace"),
    }
    for cell in results.cells:
        if cell.status in _TROUBLED:
            files |= _of_cell(cell)
    return files


def write(workspace: Path, folder: str, files: Mapping[str, bytes]) -> None:
    """Put *files* into *folder* of *workspace*. Raises CheckError as `publish` does."""
    by_folder: dict[str, dict[str, bytes]] = {}
    for name, data in files.items():
        path = PurePosixPath(folder) / name
        by_folder.setdefault(str(path.parent), {})[path.name] = data
    for below, mine in by_folder.items():
        publish(workspace, below, mine)


def _of_cell(cell: CellResult) -> Mapping[str, bytes]:
    log, name = cells.log(cell), cell.cell.slug
    files = {f"logs/{name}.log": f"{log}\n".encode(errors="replace")} if log else {}
    if cell.reproduce:
        files[f"reproduce/{name}.sh"] = f"{cell.reproduce}\n".encode(errors="replace")
    return files
