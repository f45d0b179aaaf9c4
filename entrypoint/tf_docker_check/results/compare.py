"""Compare results with those of the base branch: what is new, what was there before, what grew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from tf_docker_check.model.blame import Change
from tf_docker_check.model.failure import failure_of
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.results import cells

MOST = 20  # changes shown of one cell
_WITH_VERDICT = frozenset({Status.PASSED, Status.FAILED})
_PACKAGES = ("numpy", "protobuf", "keras", "tf-keras", "ml-dtypes", "h5py")
_FACTS = {
    "TensorFlow": "tensorflow.version",
    "Python": "python.version",
    "CUDA wanted": "wanted.cuda",
    "cuDNN wanted": "wanted.cudnn",
    "GPU driver": "gpu.driver",
}


class BaselineStatus(str, Enum):
    """How a cell ended compared with the base branch; the values are shown to users."""

    NEW = "new failure"  # it passed there
    OTHER_CAUSE = "fails for another cause"
    NEW_CELL = "new cell"
    ALREADY = "already failing"  # with the same cause
    FIXED = "fixed"
    UNKNOWN = "not compared"  # it errored here or on the base branch
    SAME = "same"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class CellComparison:
    """One cell compared with itself on the base branch.

    `size` (bytes) and `import_seconds` are differences; None if they cannot be compared, as with times from
    different machines.
    """

    relation: BaselineStatus = BaselineStatus.UNKNOWN
    size: int | None = None
    import_seconds: float | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The comparison of every cell, by id, and the ids that exist only on the base branch.

    `made` is False if there was nothing to compare with. `commit` is the base's.
    """

    made: bool = False
    commit: str = ""
    cells: tuple[tuple[str, CellComparison], ...] = ()
    gone: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, CellComparison]:
        """Return the cells by id."""
        return dict(self.cells)


NONE = Comparison()
"""Nothing to compare with."""


def compare(results: Results, base: Results | None) -> Comparison:
    """Compare *results* with those of the *base* branch; added controls are left out."""
    if base is None:
        return NONE
    before = {cell.id: cell for cell in base.cells}
    own = {cell.id: cell for cell in results.cells if not cell.base.added}
    timed = _machines(results) == _machines(base)
    compared = tuple((name, _compare_cell(cell, before.get(name), timed=timed)) for name, cell in own.items())
    gone = tuple(name for name, cell in before.items() if name not in own and not cell.base.added)
    return Comparison(True, base.run.commit, compared, gone)


def is_new(cell: CellResult, compared: CellComparison | None) -> bool:
    """Return whether its failure is neither known nor was there before; without a base all failures are new."""
    already = compared is not None and compared.relation is BaselineStatus.ALREADY
    return cell.status is Status.FAILED and not cell.known and not already


def _compare_cell(cell: CellResult, before: CellResult | None, *, timed: bool) -> CellComparison:
    if before is None:
        return CellComparison(BaselineStatus.NEW_CELL)
    return CellComparison(
        _relation(cell, before),
        _more_bytes(cell, before),
        _more_seconds(cell, before) if timed else None,
        tuple(_changes(cell, before))[:MOST],
    )


def _relation(cell: CellResult, before: CellResult) -> BaselineStatus:
    if not {cell.status, before.status} <= _WITH_VERDICT:
        return (
            BaselineStatus.SAME if cell.status is before.status is Status.SKIPPED else BaselineStatus.UNKNOWN
        )
    if cell.status is Status.PASSED:
        return BaselineStatus.SAME if before.status is Status.PASSED else BaselineStatus.FIXED
    if before.status is Status.PASSED:
        return BaselineStatus.NEW
    return BaselineStatus.ALREADY if failure_of(cell) == failure_of(before) else BaselineStatus.OTHER_CAUSE


def _more_bytes(cell: CellResult, before: CellResult) -> int | None:
    if not (cell.image and before.image and cell.image.size and before.image.size):
        return None
    return cell.image.size - before.image.size


def _more_seconds(cell: CellResult, before: CellResult) -> float | None:
    seconds, seconds_before = cells.import_seconds(cell), cells.import_seconds(before)
    return None if seconds is None or seconds_before is None else seconds - seconds_before


def _machines(results: Results) -> frozenset[tuple[str, int]]:
    """Return what times depend on: runners with the same name are often of different kinds."""
    return frozenset((engine.architecture, engine.cpus) for engine in results.engines)


def _changes(cell: CellResult, before: CellResult) -> Iterator[Change]:
    old, new = _versions(before), _versions(cell)
    for name in dict.fromkeys((*new, *old)):
        if name in old and name in new and old[name] != new[name]:
            yield Change(name, old[name], new[name])


def _versions(cell: CellResult) -> dict[str, str]:
    """Return versions by name, of what can explain a change."""
    packages = cell.facts.get("packages.versions")
    versions = packages if isinstance(packages, Mapping) else {}
    values = {name: cell.facts.get(fact) for name, fact in _FACTS.items()}
    values |= {name: versions.get(name) for name in _PACKAGES}
    values |= {f"{name} found": version for name, version in cells.cuda_found(cell).items()}
    values["base image"] = cell.build.base_digest if cell.build else ""
    return {name: one_line(str(value), 100) for name, value in values.items() if value}
