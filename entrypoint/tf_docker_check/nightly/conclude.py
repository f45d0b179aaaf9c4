"""Conclude a nightly run: its report, the new history, and the lock to propose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tf_docker_check import __version__
from tf_docker_check.model.config import Config
from tf_docker_check.model.lock import Lock
from tf_docker_check.model.recipe import Plan
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.nightly import contents, history, signature
from tf_docker_check.nightly.confirm import ConfirmedCell
from tf_docker_check.nightly.history import History
from tf_docker_check.nightly.night import Night, Record, SeenDigest
from tf_docker_check.nightly.night_report import Confirmation, NightReport, Regression
from tf_docker_check.nightly.vanished import with_vanished_tag
from tf_docker_check.nightly.watch import UpstreamChanges
from tf_docker_check.nightly.watch_state import WatchState
from tf_docker_check.pipeline import locking
from tf_docker_check.pipeline.locking import packages_in_image
from tf_docker_check.upstream import lock
from tf_docker_check.upstream.tags import Tag, TagState

SHOWN = 14  # records in a regression's table


@dataclass(frozen=True)
class NightlyResult:
    """The result of a nightly run. `lock`: the one to propose, if there is one."""

    report: NightReport
    history: History
    watched: WatchState
    lock: Lock | None = None


def mark_incomplete(result: NightlyResult, past: WatchState) -> NightlyResult:
    """Return *result* for a nightly run that was stopped.

    Its state is *past*, so the next run still sees what has changed since then.
    """
    report = replace(
        result.report,
        night=replace(result.report.night, complete=False),
        infrastructure_nights=past.trouble,
        proposal=False,
        notes=(*result.report.notes, "the run was stopped; the next one checks everything again"),
    )
    return NightlyResult(report, result.history, past)


def conclude(
    config: Config,
    plan: Plan,
    *,
    bases: Mapping[str, str],
    upstream: UpstreamChanges,
    due: Mapping[str, str],
    cells: Sequence[ConfirmedCell],
    past: History,
    night: Night,
) -> NightlyResult:
    """Return the result of *night*, before comparison of images and bisection.

    `bases`: the image each cell stands on; `due`: why each was checked; both by cell id.
    """
    tags = {tag.reference: tag for tag in upstream.tags}
    cells = [
        replace(cell, cell=with_vanished_tag(cell.cell, tags.get(bases.get(cell.cell.id, ""))))
        for cell in cells
    ]
    own = [cell for cell in cells if not cell.cell.base.added]  # added controls do not count
    records = [_record(cell, bases, tags, night) for cell in own]
    merged = history.merge(past, History(tuple(records)))
    infrastructure = _infrastructure(own, upstream.tags)
    nights = upstream.watched.trouble + 1 if infrastructure else 0
    confirmed = [cell for cell in own if cell.confirmation is Confirmation.CONFIRMED]
    lock = None if infrastructure or confirmed else _proposed_lock(config, plan, bases, upstream, cells)
    report = NightReport(
        night=night,
        tags=upstream.tags,
        releases=upstream.lines,
        contents=_wrong_contents(plan, cells, bases, night),
        due=dict(due),
        ends={cell.cell.id: cell.history_status for cell in cells},
        digests={record.cell: record.digest for record in records},
        verdicts={cell.cell.id: cell.confirmation for cell in cells if cell.confirmation},
        regressions=_regressions(confirmed, bases, merged),
        infrastructure=infrastructure,
        infrastructure_nights=nights,
        proposal=lock is not None,
        notes=(*upstream.notes, *_damage(merged)),
        tool=__version__,
    )
    good = {**upstream.watched.good, **_good_packages(cells)}
    return NightlyResult(report, merged, replace(upstream.watched, good=good, trouble=nights), lock)


def _wrong_contents(
    plan: Plan, cells: Sequence[ConfirmedCell], bases: Mapping[str, str], night: Night
) -> tuple[str, ...]:
    """Return lines on images that are not what their tags say."""
    unchanged = {cell.cell.id for cell in plan.cells if not (cell.recipe.builds or cell.recipe.parent)}
    return contents.describe_mismatches([cell.cell for cell in cells], bases, unchanged, night.when[:10])


def _record(
    confirmed: ConfirmedCell, bases: Mapping[str, str], tags: Mapping[str, Tag], night: Night
) -> Record:
    cell, image = confirmed.cell, bases.get(confirmed.cell.id, "")
    pulled = cell.build.base_digest if cell.build else ""
    tag = tags.get(image)
    failed = confirmed.confirmation is Confirmation.CONFIRMED
    cause = cell.findings[0].cause if cell.findings else ""
    record = history.make_record(
        cell,
        night,
        image=image,
        digest=(tag.image if tag else "") or pulled,
        signature=signature.identity(signature.signature_of(cell)) if failed else "",
    )
    status = confirmed.history_status
    return replace(record, result=status, cause="" if status == Status.PASSED.value else cause)


def _regressions(
    confirmed: Sequence[ConfirmedCell], bases: Mapping[str, str], past: History
) -> tuple[Regression, ...]:
    by_signature: dict[str, list[CellResult]] = {}
    for cell in confirmed:
        by_signature.setdefault(signature.identity(signature.signature_of(cell.cell)), []).append(cell.cell)
    return tuple(_regression(name, cells, bases, past) for name, cells in sorted(by_signature.items()))


def _regression(name: str, cells: list[CellResult], bases: Mapping[str, str], past: History) -> Regression:
    first = min(cells, key=lambda cell: cell.id)
    finding = first.findings[0] if first.findings else None
    good, bad = history.find_gap(past.records, first.id)
    records = history.records_of(past.records, first.id)
    return Regression(
        signature=signature.signature_of(first),
        id=name,
        cells=tuple(sorted(cell.id for cell in cells)),
        title=finding.title if finding else first.reason,
        confidence=finding.confidence.value if finding else "",
        evidence=tuple(evidence.text for evidence in finding.evidence[:5]) if finding else (),
        remedy=finding.remedy if finding else "",
        reproduce=first.reproduce,
        image=bases.get(first.id, ""),
        digest=records[-1].digest if records else "",
        first_bad=_seen_digest(bad),
        last_good=_seen_digest(good),
        history=tuple(reversed(records[-SHOWN:])),
    )


def _seen_digest(record: Record | None) -> SeenDigest:
    return SeenDigest(record.digest, record.when, record.run) if record else SeenDigest()


def _infrastructure(cells: Sequence[ConfirmedCell], tags: Sequence[Tag]) -> dict[str, str]:
    """Return why something errored, by cell or tag."""
    errored = (cell.cell for cell in cells if cell.history_status == Status.ERRORED.value)
    unknown = {tag.reference: tag.why for tag in tags if tag.moved is TagState.UNKNOWN}
    return unknown | {cell.id: cell.reason for cell in errored}


def _damage(past: History) -> tuple[str, ...]:
    count = len(past.damaged)
    return (f"{count} lines of the history could not be read; they are kept aside",) if count else ()


def _good_packages(cells: Sequence[ConfirmedCell]) -> dict[str, Mapping[str, str]]:
    """Return the pip packages of every image that passed, by the image's id."""
    passed = [cell.cell for cell in cells if cell.cell.status is Status.PASSED]
    return {cell.cell.image_id: packages for cell in passed if (packages := packages_in_image(cell))}


def _proposed_lock(
    config: Config,
    plan: Plan,
    bases: Mapping[str, str],
    upstream: UpstreamChanges,
    cells: Sequence[ConfirmedCell],
) -> Lock | None:
    """Return the lock of what passed; None if it equals the current one, or nothing was checked."""
    passed = {cell.cell.id: cell.cell for cell in cells if cell.history_status == Status.PASSED.value}
    images = {bases.get(cell) for cell in passed}
    tags = [tag for tag in upstream.tags if tag.reference in images]
    packages = locking.packages(plan, config, passed)
    new = lock.update_lock(config.lock, tags, config.platform, packages)
    return new if new != config.lock and config.nightly.propose else None
