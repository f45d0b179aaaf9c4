"""From what users write about TensorFlow versions to releases that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from tf_docker_check.errors import UsageError
from tf_docker_check.requirements.requirement import ANY_TARGET, Target, tensorflow_requirements
from tf_docker_check.resources.rows import minor
from tf_docker_check.resources.tensorflow import as_of, by_version, is_older, releases

NIGHTLY = "nightly"
HasImage = Callable[[str], bool | None]
"""Whether there is an image of a release; None: not known."""


@dataclass(frozen=True)
class Resolved:
    """Versions in the order asked for, each once; what a range covers but an image lacks; remarks."""

    versions: tuple[str, ...]
    without_image: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def resolve(
    specs: Sequence[str],
    requirements: Sequence[str] = (),
    has_image: HasImage | None = None,
    pythons: Sequence[str] = (),
) -> Resolved:
    """What *specs* stand for. UsageError for a version that is not, and a range that holds, none.

    A spec is an exact version (also of a release candidate), a minor (``2.16``: its newest patch),
    a range (``2.16.*``, ``>=2.15,<2.18``), `latest`, `nightly`, or `auto`: the newest that
    *requirements* admit, with a remark where that is none. Ranges hold final releases only.
    With *has_image*, all but exact versions keep to releases known to have an image; `auto` to those with a
    wheel for one of *pythons*, which somebody named, as far as there are such.
    """
    resolved: dict[str, None] = {}
    lacking: dict[str, None] = {}
    notes: list[str] = []
    for spec in specs:
        pin = _pin(requirements) if spec == "auto" else ""
        if (exact := _exact(pin or spec)) is not None:
            resolved[exact] = None
            notes += _unlisted(exact)
            continue
        if spec == "auto" and (none := _unmatched(requirements)):
            notes.append(f"{none}: no base image is chosen")
            continue
        covered, only_newest = _releases_for(spec, requirements)
        if spec == "auto":
            covered = [v for v in covered if _has_wheel(v, pythons)] or covered
        kept = [v for v in covered if has_image is None or has_image(v)]
        if only_newest:
            resolved[(kept or covered)[-1]] = None
        else:
            resolved.update(dict.fromkeys(kept))
            lacking.update(dict.fromkeys(v for v in covered if v not in kept))
    return Resolved(tuple(resolved), tuple(v for v in lacking if v not in resolved), tuple(notes))


def _has_wheel(release: str, pythons: Sequence[str]) -> bool:
    return not pythons or any(minor(python) in by_version()[release].pythons for python in pythons)


def tensorflow_specifiers(requirements: Iterable[str], target: Target = ANY_TARGET) -> list[SpecifierSet]:
    """What requirement lines say about TensorFlow for *target*: alternatives, of which one must admit it.

    There are several only where lines hold under different conditions (markers).
    """
    lines = [one for one in tensorflow_requirements(requirements, target) if one.brings_release]
    always, sometimes = SpecifierSet(), []
    for line in lines:
        if line.marker is None:
            always &= line.specifier or SpecifierSet()
        else:
            sometimes.append(line.specifier or SpecifierSet())
    return [always & specifier for specifier in sometimes] or [always]


def _pin(requirements: Iterable[str]) -> str:
    """The one version that *requirements* ask for, where the catalog does not have it and it can exist."""
    pins = {one.pin for one in tensorflow_requirements(requirements) if one.brings_release}
    pin = pins.pop() if len(pins) == 1 else ""
    try:
        wanted = Version(pin)
    except InvalidVersion:
        return ""
    listed = any(row.parsed == wanted for row in releases())
    return pin if not listed and _may_exist(wanted) else ""


def _unmatched(requirements: Sequence[str]) -> str:
    """Say that *requirements* admit no release of the catalog; empty where they do."""
    wanted = tensorflow_specifiers(requirements)
    if any(_admitted(wanted)):
        return ""
    words = " or ".join(f"tensorflow{one}" for one in wanted)
    return f"no release of the catalog, {releases()[0].version} to {releases()[-1].version}, is {words}"


def _unlisted(exact: str) -> Iterator[str]:
    """A note on a version that the catalog does not have."""
    if exact == NIGHTLY or exact in by_version():
        return
    wanted = Version(exact)
    if is_older(exact):
        why = f"older than the catalog, which begins with {releases()[0].version}"
    elif wanted < max(row.parsed for row in releases() if row.final):
        why = "a release candidate, which the catalog does not have"
    else:
        yield f"TensorFlow {exact} is newer than the catalog of {as_of()}: taken at your word"
        return
    yield f"TensorFlow {exact} is {why}: what it needs is not known"


def nearest(text: str) -> str:
    """The existing releases around *text*, in words."""
    finals = [release for release in releases() if release.final]
    try:
        wanted = Version(text.replace(".*", "").replace(".x", ""))
    except InvalidVersion:
        return f"the newest is {finals[-1].version}"
    below = [release.version for release in finals if release.parsed <= wanted]
    above = [release.version for release in finals if release.parsed > wanted]
    return f"the nearest {' and '.join([*below[-1:], *above[:1]])}"


def _exact(spec: str) -> str | None:
    """A version named in full, as it is; None where *spec* stands for several."""
    if spec == NIGHTLY:
        return spec
    try:
        wanted = Version(spec)
    except InvalidVersion:
        return None
    if len(wanted.release) < 3:
        return None
    known = next((release.version for release in releases() if release.parsed == wanted), "")
    if known or _may_exist(wanted):
        return known or str(wanted)
    raise _no_such(spec)


def _may_exist(wanted: Version) -> bool:
    """Whether it can be a release that the catalog does not have."""
    candidate = wanted.is_prerelease and wanted < releases()[-1].parsed
    return candidate or wanted < releases()[0].parsed or _may_be_newer(wanted)


def _may_be_newer(wanted: Version) -> bool:
    """Whether it can have come out after the catalog was made: at most one minor beyond it."""
    newest_final = max(release.parsed for release in releases() if release.final)
    newest = releases()[-1].parsed
    return newest_final < wanted and wanted.release[:2] <= (newest.major, newest.minor + 1)


def _releases_for(spec: str, requirements: Sequence[str]) -> tuple[list[str], bool]:
    """Final releases that *spec* covers, oldest first; and whether only the newest is meant."""
    if spec == "latest":
        return _matching([SpecifierSet()], spec), True
    if spec == "auto":
        wanted = tensorflow_specifiers(requirements)
        return _matching(wanted, f"the requirement tensorflow{' or '.join(map(str, wanted))}"), True
    if spec.replace(".", "").isdigit():
        return _matching([SpecifierSet(f"=={minor(spec)}.*")], spec), True
    try:
        named = SpecifierSet(f"=={spec}" if spec.endswith(".*") else spec)
    except InvalidSpecifier:
        raise _no_such(spec) from None
    if not spec.strip():
        raise _no_such(spec)
    return _matching([named], spec), False


def _matching(alternatives: Sequence[SpecifierSet], spec: str) -> list[str]:
    matching = list(_admitted(alternatives))
    if not matching:
        raise _no_such(spec)
    return matching


def _admitted(alternatives: Sequence[SpecifierSet]) -> Iterator[str]:
    """The final releases that one of *alternatives* admits, oldest first."""
    for release in releases():
        usable = release.final and not release.yanked
        if usable and any(one.contains(release.parsed, prereleases=False) for one in alternatives):
            yield release.version


def _no_such(spec: str) -> UsageError:
    return UsageError(
        f"no TensorFlow release is meant by {spec!r}",
        why=f"{nearest(spec)} (catalog of {as_of()})",
        remedy="write 2.21.0, 2.21 (its newest patch), 2.16.*, '>=2.15,<2.18', latest, nightly or auto",
    )
