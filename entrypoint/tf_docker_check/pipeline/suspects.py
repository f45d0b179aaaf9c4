"""What changed between the last good and the first bad night, and which of it did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tf_docker_check.errors import CheckError
from tf_docker_check.inspection.difference import compare
from tf_docker_check.model.inspection import Inspection, Package
from tf_docker_check.model.lock import Lock, LockedImage
from tf_docker_check.model.nightly import Atom, Bisected, Change, Ending, Outcome, Point, Record, Regression
from tf_docker_check.model.recipe import PlannedCell, Recipe
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.locking import installed
from tf_docker_check.pipeline.nightly import Check
from tf_docker_check.upstream import bisect, classify, history, signature, trial
from tf_docker_check.upstream.bisect import Budget

Inspect = Callable[[str], Inspection]
"""What is inside an image, by reference. Raises CheckError."""

Packages = Mapping[str, str]

_CERTAIN = frozenset({Ending.FOUND, Ending.NOT_SEPARABLE})


def pinned(reference: str, digest: str) -> str:
    """*reference* without its tag, at *digest*."""
    name = reference.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}@{digest}"


def explained(found: Regression, earlier: Sequence[Regression]) -> Regression | None:
    """*found* with what an *earlier* night knows for certain of the very same break; None: nothing."""
    same = [each for each in earlier if _same_break(each, found)]
    known = next((each for each in same if each.bisected and each.bisected.ending in _CERTAIN), None)
    if known is None:
        return None
    return replace(
        found,
        first_bad=known.first_bad,
        last_good=known.last_good,
        changes=known.changes,
        bisected=known.bisected,
    )


def _same_break(known: Regression, found: Regression) -> bool:
    """Whether *known* is *found*, between the same nights or those that a search had narrowed them to."""
    begun = _night(found.last_good) <= _night(known.last_good)
    ended = _night(known.first_bad) <= _night(found.first_bad)
    return begun and ended and (known.id, known.digest) == (found.id, found.digest)


def _night(point: Point) -> tuple[int, str]:
    return point.run, point.when


def compared(found: Regression, inspect: Inspect) -> tuple[Regression, tuple[Atom, ...]]:
    """*found* with what the bad image has not as the good one, and which of it can be changed alone."""
    good, bad = found.last_good.digest, found.digest
    if not good or not bad or good == bad:
        return found, ()
    try:
        before, after = inspect(pinned(found.image, good)), inspect(pinned(found.image, bad))
    except CheckError as error:
        return replace(found, notes=(*found.notes, f"the two images were not compared: {error.what}")), ()
    changes = tuple(
        Change(each.area, each.name, each.before, each.after) for each in compare(before, after).changes
    )
    return replace(found, changes=changes), _image_atoms(before, after, changes)


def of_packages(before: Packages, after: Packages) -> tuple[Atom, ...]:
    """What pip installed otherwise, where the image underneath is the same."""
    return tuple(
        Atom("pip", name, before.get(name, ""), after.get(name, ""))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def searched(
    found: Regression,
    planned: PlannedCell,
    atoms: Sequence[Atom],
    *,
    good_packages: Packages,
    check: Check,
    budget: Budget,
) -> Bisected:
    """The smallest set of *atoms* that makes the good image fail as *found* does."""
    good = found.last_good.digest or found.digest
    if not good:
        return Bisected(Ending.NO_PAIR, why="no good image is known")

    def trial_of(subset: tuple[Atom, ...]) -> Outcome:
        return _outcome(check([_with(planned, found.image, good, good_packages, subset)], Lock()), found)

    return replace(bisect.smallest(trial.atoms(atoms), trial_of, budget), good=good, bad=found.digest)


def narrowed(
    found: Regression,
    planned: PlannedCell,
    records: Sequence[Record],
    *,
    check: Check,
    platform: str,
    budget: Budget,
) -> tuple[str, str]:
    """The closest digests of the history that the failure lies between, the good one first."""
    good, bad = history.gap(records, planned.cell.id)
    if good is None or bad is None or not good.digest or good.digest == bad.digest:
        return found.last_good.digest, found.first_bad.digest

    def trial_of(digest: str) -> Outcome:
        lock = Lock(images={found.image: LockedImage(digest, {platform: digest})})
        return _outcome(check([planned], lock), found)

    return bisect.neighbours(history.between(records, good, bad), trial_of, budget)


def _outcome(cells: Sequence[CellResult], found: Regression) -> Outcome:
    """How a trial ended, measured by the failure that is looked for."""
    cell = next((each for each in cells if each.id == found.cells[0]), None)
    if cell is None or cell.image is None or cell.status in {Status.ERRORED, Status.SKIPPED}:
        return Outcome.UNDECIDED
    if cell.status is Status.PASSED:
        return Outcome.GOOD
    same = classify.fails(cell) and signature.of(cell) == found.signature
    return Outcome.SAME if same else Outcome.OTHER


def _with(
    planned: PlannedCell, image: str, good: str, packages: Packages, changes: tuple[Atom, ...]
) -> PlannedCell:
    """*planned* on the good image with *changes*, its own Dockerfile, if it has one, on top."""
    base = pinned(image, good)
    ours = Recipe(base, text=trial.dockerfile(base, packages, changes), platform=planned.recipe.platform)
    own = planned.recipe
    return replace(planned, recipe=replace(own, base=base, parent=ours) if own.user else ours)


def _image_atoms(before: Inspection, after: Inspection, changes: Sequence[Change]) -> tuple[Atom, ...]:
    """In the order of *changes*, which is that of suspicion."""
    old, new = dict(before.environment), dict(after.environment)
    found = {
        **_packages("apt", before.system, after.system),
        **_packages("pip", before.pip, after.pip),
        **{
            name: Atom("env", name, old.get(name, ""), new.get(name, ""))
            for name in {**old, **new}
            if old.get(name) != new.get(name)
        },
    }
    return tuple(dict.fromkeys(found[each.name] for each in changes if each.name in found))


def _packages(area: str, before: Sequence[Package], after: Sequence[Package]) -> dict[str, Atom]:
    old, new = ({each.name: each.version for each in side} for side in (before, after))
    return {
        name: Atom(area, name, old.get(name, ""), new.get(name, ""))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    }


def packages_of(cells: Sequence[CellResult], cell: str) -> dict[str, str]:
    """What pip put into the image of *cell* tonight."""
    return next((installed(each) for each in cells if each.id == cell), {})


def between(found: Regression, pair: tuple[str, str], records: Sequence[Record]) -> Regression:
    """*found* with the pair of digests that its failure lies between, and when *records* saw them so."""
    span = [
        Point(each.digest, each.when, each.run)
        for each in records
        if each.digest
        and each.image == found.image
        and _night(found.last_good) < (each.run, each.when) < _night(found.first_bad)
    ]
    good, bad = pair
    return replace(
        found,
        last_good=_at(good, [found.last_good, *reversed(span)]),
        first_bad=_at(bad, [found.first_bad, *span]),
    )


def _at(digest: str, points: Sequence[Point]) -> Point:
    """The first of *points* with that *digest*."""
    return next((each for each in points if each.digest == digest), Point(digest))


def with_packages(found: Regression, moved: Sequence[Atom]) -> Regression:
    """*found* with what pip installed otherwise, which weighs more than what the base image has."""
    own = tuple(Change("pip", each.name, each.before, each.after) for each in moved)
    return replace(found, changes=(*own, *found.changes))
