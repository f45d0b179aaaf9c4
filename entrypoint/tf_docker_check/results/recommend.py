"""Which base image to take, and why; or why none stands out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tf_docker_check.image.reference import Reference
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status
from tf_docker_check.results import cells
from tf_docker_check.results.merge import natural
from tf_docker_check.results.rows import seconds, size

_RELEASE = re.compile(r"[0-9.]+")
_MOVES = re.compile(r"(latest|nightly|devel)\b|[^0-9]*$")
NAMED = 3  # of those that are alike
SMALLER, QUICKER = 0.9, 0.8  # of the next best: what counts as clearly so


@dataclass(frozen=True)
class Recommendation:
    """A base image and the reasons for it, or `why_not`; neither if nothing was checked.

    `strategy` is empty if there is no clear winner. `base` is the reference to build on, `digest` the
    registry's for it; empty if unknown. `remarks` list disadvantages.
    """

    strategy: str = ""
    image_id: str = ""
    base: str = ""
    digest: str = ""
    stand_in: bool = False
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class _Candidate:
    """One image on all its runners, and what the user puts on it."""

    cells: tuple[CellResult, ...]
    above: tuple[CellResult, ...]

    @property
    def first(self) -> CellResult:
        return self.cells[0]

    @property
    def own_cells(self) -> tuple[CellResult, ...]:
        return tuple(cell for cell in (*self.cells, *self.above) if not cell.base.added)

    @property
    def runners(self) -> frozenset[str]:
        return frozenset(cell.cell.runner for cell in (*self.cells, *self.above) if _has_passed([cell]))

    @property
    def works(self) -> bool:
        """Return whether every check passed, also in cells that stand on it."""
        return _has_passed(self.own_cells)

    @property
    def works_alone(self) -> bool:
        """Return whether it passed, whatever stands on it."""
        return _has_passed(self.cells)

    @property
    def size(self) -> int:
        return next((cell.image.size for cell in self.cells if cell.image), 0)

    @property
    def import_seconds(self) -> float:
        """Return the shortest duration: longer ones are due to the machine."""
        took = (cells.import_seconds(cell) for cell in self.cells)
        return min((duration for duration in took if duration is not None), default=0.0)


def recommend(results: Results) -> Recommendation:
    """Recommend the base image to build on; of images without layers of the user's if any were checked.

    It must pass wherever it was requested, and so must what stands on it, unless that passes on none. Of
    those, the one on most runners wins, then the newest TensorFlow, then the clearly smaller one, then the
    one that is clearly quicker to import.
    """
    runners = {cell.cell.runner for cell in results.cells if not cell.base.added}
    candidates = tuple(_candidates(results.cells))
    if not any(
        cell.status in {Status.PASSED, Status.FAILED} for image in candidates for cell in image.own_cells
    ):
        return Recommendation()
    alone = [image for image in candidates if image.works_alone]
    working = [image for image in candidates if image.works] or (alone if len(candidates) > 1 else [])
    if not working:
        only = f"`{alone[0].first.cell.strategy}` works, cells built on it do not" if alone else ""
        return Recommendation(why_not=only or "no image passes in all of its cells")
    best = _best(working)
    rest = [other for other in best[1:] if _rank(other) == _rank(best[0])]
    if rest and not _clearly(best[0], rest):
        return Recommendation(why_not=_describe_candidates((best[0], *rest)))
    strategies = {candidate.first.cell.strategy for candidate in candidates}
    return _recommendation(best[0], best[1:], runners, alone=len(strategies) == 1)


def _candidates(all_cells: Sequence[CellResult]) -> Iterator[_Candidate]:
    above: dict[str, list[CellResult]] = {}
    in_order = sorted(all_cells, key=lambda cell: natural(cell.cell))
    for cell in in_order:
        above.setdefault(cell.base.control, []).append(cell)
    untouched = [cell for cell in in_order if cell.base.untouched]
    images: dict[str, list[CellResult]] = {}
    for cell in untouched or [cell for cell in in_order if not cell.base.added]:
        images.setdefault(cell.cell.image_id, []).append(cell)
    for group in images.values():
        yield _Candidate(tuple(group), tuple(c for cell in group for c in above.get(cell.id, ())))


def _has_passed(cells_of_image: Iterable[CellResult]) -> bool:
    """Whether all of it passed; a skipped cell says nothing."""
    return {cell.status for cell in cells_of_image} - {Status.SKIPPED} == {Status.PASSED}


def _best(working: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the best image of each strategy (the newest versions represent it), the best first."""
    newest: dict[str, _Candidate] = {}
    for candidate in sorted(working, key=lambda one: (_is_release(one), natural(one.first.cell))):
        held = newest.get(candidate.first.cell.strategy)
        if held is None or len(candidate.runners) >= len(held.runners):
            newest[candidate.first.cell.strategy] = candidate
    smallest_first = sorted(newest.values(), key=_measure)
    return sorted(smallest_first, key=_rank, reverse=True)


def _rank(candidate: _Candidate) -> tuple[int, bool, object]:
    """Return the sort key: most runners, releases first, newest."""
    return len(candidate.runners), _is_release(candidate), natural(candidate.first.cell)[1]


def _is_release(candidate: _Candidate) -> bool:
    return bool(_RELEASE.fullmatch(candidate.first.cell.tensorflow))


def _measure(candidate: _Candidate) -> tuple[float, float, object]:
    return candidate.size or float("inf"), candidate.import_seconds, natural(candidate.first.cell)


def _clearly(best: _Candidate, rest: Sequence[_Candidate]) -> bool:
    """Whether *best*, the smallest, is clearly smaller, or as large and clearly quicker, than all others."""
    return all(
        0 < best.size < SMALLER * other.size or 0 < best.import_seconds < QUICKER * other.import_seconds
        for other in rest
    )


def _describe_candidates(alike: Sequence[_Candidate]) -> str:
    more = f"; and {len(alike) - NAMED} more" if len(alike) > NAMED else ""
    return "; ".join(map(_in_short, alike[:NAMED])) + more


def _in_short(candidate: _Candidate) -> str:
    took = f", import {seconds(candidate.import_seconds)}" if candidate.import_seconds else ""
    return f"`{candidate.first.cell.strategy}` works ({size(candidate.size)}{took})"


def _recommendation(
    best: _Candidate, others: Sequence[_Candidate], runners: set[str], *, alone: bool
) -> Recommendation:
    cell = best.first
    image, build = cell.image, cell.build
    base = build.base if build else ""
    return Recommendation(
        strategy=cell.cell.strategy,
        image_id=cell.cell.image_id,
        base=base,
        digest=(image.digest if image else "") or (build.base_digest if build else ""),
        stand_in=bool(image and image.stand_in),
        reasons=tuple(_reasons(best, others, alone=alone)),
        remarks=tuple(_remarks(best, runners)),
    )


def _reasons(best: _Candidate, others: Sequence[_Candidate], *, alone: bool) -> Iterator[str]:
    above = f" with cells built on it ({len(best.above)})" if best.above and best.works else ""
    yield f"works on {' and '.join(sorted(best.runners))}{above}"
    if alone:
        yield "no other strategy was checked"
    elif not others:
        yield "no other strategy passes in all of its cells"
    other = next((candidate for candidate in others if candidate.size and best.size), None)
    if other and best.size < other.size:
        yield f"{size(other.size - best.size)} smaller than `{other.first.cell.strategy}`"
    elif best.size:
        yield size(best.size)
    if best.import_seconds:
        yield f"imports TensorFlow in {seconds(best.import_seconds)}"
    if any(cell.gpu == "require" and cell.status is Status.PASSED for cell in best.cells):
        yield "sees the GPU"
    elif any(cell.facts.get("gpu.ready") is True for cell in best.cells):
        yield "has what TensorFlow needs for a GPU (checked without one)"


def _remarks(best: _Candidate, runners: set[str]) -> Iterator[str]:
    cell = best.first
    if cell.image and cell.image.stand_in:
        yield "a stand-in was checked, not the published image"
    if failing := [cell.cell.strategy for cell in best.above if cell.status is Status.FAILED]:
        yield f"cells built on it fail: {', '.join(f'`{name}`' for name in dict.fromkeys(failing))}"
    if missing := sorted(runners - best.runners):
        yield f"not known to work on {', '.join(missing)}"
    base = Reference.try_parse(cell.build.base) if cell.build else None
    if base and not base.digest and _MOVES.match(base.tag):
        yield f"the tag `{base.tag}` can change: pin the digest"
    if cell.build and "[and-cuda]" in cell.build.dockerfile:
        yield "`tensorflow[and-cuda]` allows ranges of CUDA packages: what pip installs can change"
