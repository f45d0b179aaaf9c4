"""Find what changed between the last good and the first bad nightly run, and which change broke it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tf_docker_check.errors import CheckError
from tf_docker_check.image.reference import Reference
from tf_docker_check.inspection.difference import compare
from tf_docker_check.model.config import NightlySettings
from tf_docker_check.model.drift import Change
from tf_docker_check.model.inspection import Inspection, Package
from tf_docker_check.model.lock import Lock, LockedImage
from tf_docker_check.model.recipe import Plan, PlannedCell, Recipe
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.nightly import bisect, history, signature, trial
from tf_docker_check.nightly.bisect import Bisection, BisectionEnd, Budget, SingleChange, TrialOutcome
from tf_docker_check.nightly.confirm import Check, is_image_failure
from tf_docker_check.nightly.night import Record, SeenDigest
from tf_docker_check.nightly.night_report import Regression
from tf_docker_check.pipeline.locking import packages_in_image

Inspect = Callable[[str], Inspection]
"""What is inside an image, by reference. Raises CheckError."""

Packages = Mapping[str, str]

_CERTAIN = frozenset({BisectionEnd.ISOLATED, BisectionEnd.NOT_SEPARABLE})


def pin(reference: str, digest: str) -> str:
    """Return *reference* at *digest*, without its tag."""
    return str(Reference.parse(reference).pinned(digest))


@dataclass(frozen=True)
class Explainer:
    """Finds what changed between the last good and the first bad night, and which change broke it.

    `cells` are those of this run, `records` its history with this run, `earlier` the regressions that
    earlier nights explained; `good_packages` returns the pip packages of a cell when it passed last.
    """

    settings: NightlySettings
    platform: str
    plan: Plan
    cells: Sequence[CellResult]
    records: Sequence[Record]
    earlier: Sequence[Regression]
    good_packages: Callable[[PlannedCell], Packages]
    check: Check
    inspect: Inspect
    budget: Budget

    def explain(self, regression: Regression) -> Regression:
        """Return *regression* with its changes and, where configured, what a bisection says of them."""
        if known := reuse_explanation(regression, self.earlier):
            return known
        try:
            return self._search(regression)
        except CheckError as error:
            note = f"the search ended early: {error.in_one_line}"
            return replace(regression, notes=(*regression.notes, note))

    def _search(self, regression: Regression) -> Regression:
        planned = next(cell for cell in self.plan.cells if cell.cell.id == regression.cells[0])
        good = self.good_packages(planned)
        if self.settings.bisect:
            pair = bisect_digests(
                regression,
                planned,
                self.records,
                check=self.check,
                platform=self.platform,
                budget=self.budget,
            )
            regression = with_digest_pair(regression, pair, self.records)
        regression, image_changes = compare_images(regression, self.inspect)
        now = installed_packages(self.cells, regression.cells[0])
        pip_changes = package_changes(good, now) if good and now else ()
        regression = with_package_changes(regression, pip_changes)
        if not (self.settings.bisect and regression.last_good.when and regression.digest):
            return regression  # nothing to start from, or the image was removed
        changes = (*pip_changes, *image_changes)
        bisection = bisect_changes(
            regression, planned, changes, good_packages=good, check=self.check, budget=self.budget
        )
        return replace(regression, bisected=bisection)


def reuse_explanation(regression: Regression, earlier: Sequence[Regression]) -> Regression | None:
    """Return *regression* with what an *earlier* run found out about it for certain; None if nothing."""
    same = [candidate for candidate in earlier if _same_break(candidate, regression)]
    known = next(
        (candidate for candidate in same if candidate.bisected and candidate.bisected.ending in _CERTAIN),
        None,
    )
    if known is None:
        return None
    return replace(
        regression,
        first_bad=known.first_bad,
        last_good=known.last_good,
        changes=known.changes,
        bisected=known.bisected,
    )


def _same_break(known: Regression, regression: Regression) -> bool:
    """Return whether *known* is *regression*, between the same runs or a narrower pair of them."""
    begun = _night(regression.last_good) <= _night(known.last_good)
    ended = _night(known.first_bad) <= _night(regression.first_bad)
    return begun and ended and (known.id, known.digest) == (regression.id, regression.digest)


def _night(point: SeenDigest) -> tuple[int, str]:
    return point.run, point.when


def compare_images(regression: Regression, inspect: Inspect) -> tuple[Regression, tuple[SingleChange, ...]]:
    """Return *regression* with the differences between good and bad image, and those that can be made alone."""
    good, bad = regression.last_good.digest, regression.digest
    if not good or not bad or good == bad:
        return regression, ()
    try:
        before, after = inspect(pin(regression.image, good)), inspect(pin(regression.image, bad))
    except CheckError as error:
        return replace(
            regression, notes=(*regression.notes, f"the two images were not compared: {error.what}")
        ), ()
    changes = tuple(
        Change(difference.area, difference.name, difference.before, difference.after)
        for difference in compare(before, after).changes
    )
    return replace(regression, changes=changes), _image_atoms(before, after, changes)


def package_changes(before: Packages, after: Packages) -> tuple[SingleChange, ...]:
    """Return how pip's packages differ where the image underneath is the same."""
    return tuple(
        SingleChange("pip", name, before.get(name, ""), after.get(name, ""))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def bisect_changes(
    regression: Regression,
    planned: PlannedCell,
    atoms: Sequence[SingleChange],
    *,
    good_packages: Packages,
    check: Check,
    budget: Budget,
) -> Bisection:
    """Find the smallest set of *atoms* that makes the good image fail as *regression* does."""
    good = regression.last_good.digest or regression.digest
    if not good:
        return Bisection(BisectionEnd.NO_PAIR, why="no good image is known")

    def trial_of(subset: tuple[SingleChange, ...]) -> TrialOutcome:
        return _outcome(
            check([_with(planned, regression.image, good, good_packages, subset)], Lock()), regression
        )

    return replace(
        bisect.smallest_failing_set(trial.separable_changes(atoms), trial_of, budget),
        good=good,
        bad=regression.digest,
    )


def bisect_digests(
    regression: Regression,
    planned: PlannedCell,
    records: Sequence[Record],
    *,
    check: Check,
    platform: str,
    budget: Budget,
) -> tuple[str, str]:
    """Return the closest digests in the history between which the failure appeared, the good one first."""
    good, bad = history.find_gap(records, planned.cell.id)
    if good is None or bad is None or not good.digest or good.digest == bad.digest:
        return regression.last_good.digest, regression.first_bad.digest

    def trial_of(digest: str) -> TrialOutcome:
        lock = Lock(images={regression.image: LockedImage(digest, {platform: digest})})
        return _outcome(check([planned], lock), regression)

    return bisect.narrow_digests(history.digests_between(records, good, bad), trial_of, budget)


def _outcome(cells: Sequence[CellResult], regression: Regression) -> TrialOutcome:
    """Return how a trial ended, compared with the failure in question."""
    cell = next((candidate for candidate in cells if candidate.id == regression.cells[0]), None)
    if cell is None or cell.image is None or cell.status in {Status.ERRORED, Status.SKIPPED}:
        return TrialOutcome.UNDECIDED
    if cell.status is Status.PASSED:
        return TrialOutcome.GOOD
    same = is_image_failure(cell) and signature.signature_of(cell) == regression.signature
    return TrialOutcome.SAME if same else TrialOutcome.OTHER


def _with(
    planned: PlannedCell, image: str, good: str, packages: Packages, changes: tuple[SingleChange, ...]
) -> PlannedCell:
    """Return *planned* on the good image with *changes*; its own Dockerfile, if any, goes on top."""
    base = pin(image, good)
    ours = Recipe(base, text=trial.dockerfile(base, packages, changes), platform=planned.recipe.platform)
    own = planned.recipe
    return replace(planned, recipe=replace(own, base=base, parent=ours) if own.user else ours)


def _image_atoms(
    before: Inspection, after: Inspection, changes: Sequence[Change]
) -> tuple[SingleChange, ...]:
    """Return the changes that can be made alone, in the order of *changes*: the most suspicious first."""
    old, new = dict(before.environment), dict(after.environment)
    separable = {
        **_packages("apt", before.system, after.system),
        **_packages("pip", before.pip, after.pip),
        **{
            name: SingleChange("env", name, old.get(name, ""), new.get(name, ""))
            for name in {**old, **new}
            if old.get(name) != new.get(name)
        },
    }
    return tuple(dict.fromkeys(separable[change.name] for change in changes if change.name in separable))


def _packages(area: str, before: Sequence[Package], after: Sequence[Package]) -> dict[str, SingleChange]:
    old, new = ({package.name: package.version for package in side} for side in (before, after))
    return {
        name: SingleChange(area, name, old.get(name, ""), new.get(name, ""))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    }


def installed_packages(cells: Sequence[CellResult], cell: str) -> dict[str, str]:
    """Return what pip installed in the image of *cell*."""
    return next((packages_in_image(candidate) for candidate in cells if candidate.id == cell), {})


def with_digest_pair(regression: Regression, pair: tuple[str, str], records: Sequence[Record]) -> Regression:
    """Return *regression* with its last good and first bad digest replaced by *pair*, dated from *records*."""
    span = [
        SeenDigest(record.digest, record.when, record.run)
        for record in records
        if record.digest
        and record.image == regression.image
        and _night(regression.last_good) < (record.run, record.when) < _night(regression.first_bad)
    ]
    good, bad = pair
    return replace(
        regression,
        last_good=_at(good, [regression.last_good, *reversed(span)]),
        first_bad=_at(bad, [regression.first_bad, *span]),
    )


def _at(digest: str, points: Sequence[SeenDigest]) -> SeenDigest:
    """Return the first of *points* with that *digest*."""
    return next((point for point in points if point.digest == digest), SeenDigest(digest))


def with_package_changes(regression: Regression, moved: Sequence[SingleChange]) -> Regression:
    """Return *regression* with changes of pip packages, which are more suspicious than those of the base."""
    own = tuple(Change("pip", change.name, change.before, change.after) for change in moved)
    return replace(regression, changes=(*own, *regression.changes))
