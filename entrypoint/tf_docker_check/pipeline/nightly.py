"""A night: what moved is checked, what fails is checked again, and what is certain is remembered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tf_docker_check import __version__
from tf_docker_check.model.config import Config
from tf_docker_check.model.lock import Lock
from tf_docker_check.model.nightly import Moved, Night, NightReport, Point, Record, Regression, Tag, Verdict
from tf_docker_check.model.recipe import Plan, PlannedCell
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline import contents, locking
from tf_docker_check.pipeline.locking import installed
from tf_docker_check.pipeline.watching import Watching
from tf_docker_check.upstream import classify, due, history, lock, signature
from tf_docker_check.upstream.history import History
from tf_docker_check.upstream.vanished import told
from tf_docker_check.upstream.watched import Watched

SHOWN = 14  # records in a regression's table

Check = Callable[[Sequence[PlannedCell], Lock], Sequence[CellResult]]
"""Builds and checks cells with images as locked, pulled afresh."""


@dataclass(frozen=True)
class Judged:
    """A cell after its repetitions: `cell` is the last of them where the failure was confirmed."""

    cell: CellResult
    verdict: Verdict | None = None  # None: it did not fail for its image's sake

    @property
    def end(self) -> str:
        """What the history says of it: a failure that was not confirmed is none."""
        if self.verdict is Verdict.FLAKY:
            return Status.PASSED.value
        if self.verdict is Verdict.UNDECIDED or classify.is_infrastructure(self.cell):
            return Status.ERRORED.value
        return self.cell.status.value


@dataclass(frozen=True)
class Came:
    """What a night came to. `lock` is the one to propose, if there is one."""

    report: NightReport
    history: History
    watched: Watched
    lock: Lock | None = None


def unsettled(records: Collection[Record], close_after: int) -> frozenset[str]:
    """Cells whose failure is not over: fewer than *close_after* good nights since, or not judged last."""
    good: dict[str, int] = {}
    for each in records:
        if each.result in {Status.FAILED.value, Status.ERRORED.value}:
            good[each.cell] = 0
        elif each.result == Status.PASSED.value and each.cell in good:
            good[each.cell] += 1
    return frozenset(cell for cell, count in good.items() if count < close_after)


def chosen(plan: Plan, seen: Watching, past: History, config: Config) -> dict[str, str]:
    """Why each cell is due, by its id."""
    judged = {each.cell for each in past.records if each.result in {"passed", "failed"}}
    return due.due(plan.cells, seen.moved, unsettled(past.records, config.nightly.close_after), judged)


def confirmed(
    plan: Plan, cells: Sequence[CellResult], seen: Watching, check: Check, repeats: int
) -> tuple[Judged, ...]:
    """*cells* after what failed for its image's sake was checked again *repeats* times."""
    suspects = {each.id for each in cells if classify.fails(each) and not each.known}
    planned = [each for each in plan.cells if each.cell.id in suspects]
    again: dict[str, list[CellResult]] = {cell: [] for cell in suspects}
    for _ in range(repeats if planned else 0):
        for each in check(planned, seen.lock):
            if each.id in again:
                again[each.id].append(each)
    return tuple(_judged(each, again.get(each.id)) for each in cells)


def unconfirmed(plan: Plan, cells: Sequence[CellResult], seen: Watching) -> tuple[Judged, ...]:
    """Those of *cells* that a night had judged when it was stopped; their failures are not certain."""
    over = [each for each in cells if each.status is not Status.ERRORED]
    return confirmed(plan, over, seen, lambda *_: (), 0)


def cut_short(came: Came, past: Watched) -> Came:
    """*came* of a night that was stopped: for the next one, what moved since *past* has still moved."""
    report = replace(
        came.report,
        night=replace(came.report.night, complete=False),
        infrastructure_nights=past.trouble,
        proposal=False,
        notes=(*came.report.notes, "the night was stopped; the next one checks all of it again"),
    )
    return Came(report, came.history, past)


def _judged(cell: CellResult, repeats: list[CellResult] | None) -> Judged:
    if repeats is None:
        return Judged(cell)
    verdict = classify.confirmed(repeats)
    if verdict is not Verdict.CONFIRMED or not repeats:
        return Judged(cell, verdict)
    return Judged(replace(repeats[-1], blame=cell.blame, ground=cell.ground), verdict)


def concluded(
    config: Config,
    plan: Plan,
    *,
    bases: Mapping[str, str],
    seen: Watching,
    why: Mapping[str, str],
    judged: Sequence[Judged],
    past: History,
    night: Night,
) -> Came:
    """What is known at the end of *night*; drift and bisection are not in it yet."""
    tags = {tag.reference: tag for tag in seen.tags}
    judged = [replace(each, cell=told(each.cell, tags.get(bases.get(each.cell.id, "")))) for each in judged]
    records = [_record(each, bases, tags, night) for each in judged if not each.cell.ground.added]
    grown = history.merge(past, History(tuple(records)))
    trouble = _trouble(judged, seen.tags)
    nights = seen.watched.trouble + 1 if trouble else 0
    as_is = {each.cell.id for each in plan.cells if not (each.recipe.builds or each.recipe.parent)}
    certain = [each for each in judged if each.verdict is Verdict.CONFIRMED and not each.cell.ground.added]
    report = NightReport(
        night=night,
        tags=seen.tags,
        releases=seen.lines,
        contents=contents.lines([each.cell for each in judged], bases, as_is, night.when[:10]),
        due=dict(why),
        ends={each.cell.id: each.end for each in judged},
        digests={each.cell: each.digest for each in records},
        verdicts={each.cell.id: each.verdict for each in judged if each.verdict},
        regressions=_regressions(certain, bases, grown),
        infrastructure=trouble,
        infrastructure_nights=nights,
        notes=(*seen.notes, *_damage(grown)),
        tool=__version__,
    )
    watched = replace(seen.watched, good={**seen.watched.good, **_good(judged)}, trouble=nights)
    proposal = None if trouble or certain else _proposal(config, plan, bases, seen, judged)
    return Came(replace(report, proposal=proposal is not None), grown, watched, proposal)


def _record(each: Judged, bases: Mapping[str, str], tags: Mapping[str, Tag], night: Night) -> Record:
    cell, image = each.cell, bases.get(each.cell.id, "")
    pulled = cell.build.base_digest if cell.build else ""
    seen = tags.get(image)
    digest = (seen.image if seen else "") or pulled
    mark = signature.identity(signature.of(cell)) if each.verdict is Verdict.CONFIRMED else ""
    return replace(
        history.record(cell, night, image=image, digest=digest, signature=mark),
        result=each.end,
        cause="" if each.end == Status.PASSED.value else cell.findings[0].cause if cell.findings else "",
    )


def _regressions(
    certain: Sequence[Judged], bases: Mapping[str, str], past: History
) -> tuple[Regression, ...]:
    by_signature: dict[str, list[CellResult]] = {}
    for each in certain:
        by_signature.setdefault(signature.identity(signature.of(each.cell)), []).append(each.cell)
    return tuple(_regression(name, cells, bases, past) for name, cells in sorted(by_signature.items()))


def _regression(name: str, cells: list[CellResult], bases: Mapping[str, str], past: History) -> Regression:
    first = min(cells, key=lambda cell: cell.id)
    finding = first.findings[0] if first.findings else None
    good, bad = history.gap(past.records, first.id)
    own = history.of_cell(past.records, first.id)
    return Regression(
        signature=signature.of(first),
        id=name,
        cells=tuple(sorted(cell.id for cell in cells)),
        title=finding.title if finding else first.reason,
        confidence=finding.confidence.value if finding else "",
        evidence=tuple(each.text for each in finding.evidence[:5]) if finding else (),
        remedy=finding.remedy if finding else "",
        reproduce=first.reproduce,
        image=bases.get(first.id, ""),
        digest=own[-1].digest if own else "",
        first_bad=_point(bad),
        last_good=_point(good),
        history=tuple(reversed(own[-SHOWN:])),
    )


def _point(record: Record | None) -> Point:
    return Point(record.digest, record.when, record.run) if record else Point()


def _trouble(judged: Sequence[Judged], tags: Sequence[Tag]) -> dict[str, str]:
    cells = {
        each.cell.id: each.cell.reason
        for each in judged
        if each.end == Status.ERRORED.value and not each.cell.ground.added
    }
    return {tag.reference: tag.why for tag in tags if tag.moved is Moved.UNKNOWN} | cells


def _damage(past: History) -> tuple[str, ...]:
    count = len(past.damaged)
    return (f"{count} lines of the history could not be read; they are kept aside",) if count else ()


def _good(judged: Sequence[Judged]) -> dict[str, Mapping[str, str]]:
    passed = [each.cell for each in judged if each.cell.status is Status.PASSED]
    return {cell.cell.image_id: packages for cell in passed if (packages := installed(cell))}


def _proposal(
    config: Config, plan: Plan, bases: Mapping[str, str], seen: Watching, judged: Sequence[Judged]
) -> Lock | None:
    """The lock with what passed tonight; None where it is as before, or nothing was checked."""
    passed = {each.cell.id: each.cell for each in judged if each.end == Status.PASSED.value}
    proven = {bases.get(cell) for cell in passed}
    sets = locking.packages(plan, config, passed)
    new = lock.updated(
        config.lock, [tag for tag in seen.tags if tag.reference in proven], config.platform, sets
    )
    return new if new != config.lock and config.nightly.propose else None
