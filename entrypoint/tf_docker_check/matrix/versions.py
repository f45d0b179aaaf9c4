"""From what users write about TensorFlow versions to releases that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from tf_docker_check.errors import UsageError
from tf_docker_check.requirements.requirement import ANY_TARGET, Target, tensorflow_requirements
from tf_docker_check.resources.rows import minor
from tf_docker_check.resources.tensorflow import as_of, by_version, releases

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
    specs: Sequence[str], requirements: Sequence[str] = (), has_image: HasImage | None = None
) -> Resolved:
    """What *specs* stand for. UsageError for a version that is not, and a range that holds, none.

    A spec is an exact version (also of a release candidate), a minor (``2.16``: its newest patch),
    a range (``2.16.*``, ``>=2.15,<2.18``), `latest`, `nightly`, or `auto`: the newest that
    *requirements* admit. Ranges hold final releases only.
    With *has_image*, all but exact versions keep to releases known to have an image.
    """
    resolved: dict[str, None] = {}
    lacking: dict[str, None] = {}
    notes: list[str] = []
    for spec in specs:
        if (exact := _exact(spec)) is not None:
            resolved[exact] = None
            if exact != NIGHTLY and exact not in by_version():
                notes.append(f"TensorFlow {exact} is newer than the catalog of {as_of()}: taken at your word")
            continue
        covered, only_newest = _releases_for(spec, requirements)
        kept = [v for v in covered if has_image is None or has_image(v)]
        if only_newest:
            resolved[(kept or covered)[-1]] = None
        else:
            resolved.update(dict.fromkeys(kept))
            lacking.update(dict.fromkeys(v for v in covered if v not in kept))
    return Resolved(tuple(resolved), tuple(v for v in lacking if v not in resolved), tuple(notes))


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
    if known or _may_be_newer(wanted):
        return known or str(wanted)
    raise _no_such(spec)


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
    final = [release for release in releases() if release.final and not release.yanked]
    matching = [
        release.version
        for release in final
        if any(one.contains(release.parsed, prereleases=False) for one in alternatives)
    ]
    if not matching:
        raise _no_such(spec)
    return matching


def _no_such(spec: str) -> UsageError:
    return UsageError(
        f"no TensorFlow release is meant by {spec!r}",
        why=f"{nearest(spec)} (catalog of {as_of()})",
        remedy="write 2.21.0, 2.21 (its newest patch), 2.16.*, '>=2.15,<2.18', latest, nightly or auto",
    )
