"""One requirement that pip is asked for, and the release it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from tf_docker_check.lint.source import Edit, Span
from tf_docker_check.resources.tensorflow import Release, releases

RELEASED = frozenset({"tensorflow", "tensorflow-cpu", "tensorflow-gpu"})
"""Distributions whose versions are those of the catalog's releases."""

TENSORFLOWS = RELEASED | {
    "intel-tensorflow",
    "tensorflow-aarch64",
    "tensorflow-cpu-aws",
    "tensorflow-macos",
    "tensorflow-rocm",
    "tf-nightly",
    "tf-nightly-cpu",
    "tf-nightly-gpu",
}
"""Distributions that bring a folder ``tensorflow``; two of them overwrite each other."""

AND_CUDA = "and-cuda"
_LONGEST = 200  # characters of a specifier or marker that is looked into
_WRITTEN = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?"
    r"\s*(?P<specifier>[=<>!~(@$][^;]*)?(?:;(?P<marker>.*))?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Asked:
    """A requirement. `specifier` is None where it cannot be told, as with a variable of no known value.

    `form`: how it is written: a word of a `shell`, of a `json` list, or a line of a `file`.
    """

    span: Span
    name: str
    extras: frozenset[str]
    specifier: SpecifierSet | None
    form: str

    @property
    def pin(self) -> str:
        """The one version asked for, else empty."""
        found = list(self.specifier or ())
        if len(found) != 1 or found[0].operator not in ("==", "===") or found[0].version.endswith(".*"):
            return ""
        return found[0].version

    @property
    def floats(self) -> bool:
        """Whether it is asked for without a word about versions."""
        return self.specifier is not None and not len(self.specifier)

    @property
    def capped(self) -> bool:
        """Whether newer versions are kept out."""
        return any(each.operator not in (">=", ">", "!=") for each in self.specifier or ())

    def allows(self, version: str) -> bool:
        return self.specifier is not None and self.specifier.contains(version, prereleases=True)

    def changed(self, old: str, new: str) -> tuple[Edit, ...]:
        """Write *new* in place of *old*; nothing where *old* is not in there as such."""
        written = self.span.text
        return (Edit(self.span, written.replace(old, new)),) if old in written else ()

    def joined(self, other: str) -> tuple[Edit, ...]:
        """Ask for *other* too, in the same run of pip; nothing where that is no simple edit."""
        source, end = self.span.source, self.span.end
        if self.form != "file":
            added = f" '{other}'" if self.form == "shell" else f', "{other}"'
            return (Edit(Span(source, end, end), added),)
        line, _ = self.span.begins
        written = source.line(line)
        if written.endswith("\\") or " --" in written:
            return ()
        at = source.offset(line) + len(written)
        return (Edit(Span(source, at, at), f"\n{other}"),)


def asked(text: str, span: Span, form: str, environment: Mapping[str, str]) -> Asked | None:
    """The requirement *text*; None where it is none, or is not meant for *environment*.

    Variables without a value in *text* make its version unknown. A marker that asks for something
    *environment* does not tell counts as met.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None or not _holds(match["marker"] or "", environment):
        return None
    extras = frozenset((match["extras"] or "").lower().replace("_", "-").replace(",", " ").split())
    name = re.sub(r"[-_.]+", "-", match["name"]).lower()
    return Asked(span, name, extras, _specifier((match["specifier"] or "").strip()), form)


def release_of(wanted: Asked, python: str, architecture: str) -> Release | None:
    """The release that pip takes by the catalog; None where it is not known or there is none."""
    if wanted.name not in RELEASED or wanted.specifier is None:
        return None
    if wanted.pin:
        return _by_number().get(_number(wanted.pin))
    fitting = (
        release
        for release in reversed(releases())
        if release.final
        and not release.yanked
        and wanted.name in release.packages
        and wanted.specifier.contains(release.parsed, prereleases=False)
        and python in release.pythons_on(architecture)
    )
    return next(fitting, None) if python else None


@cache
def _by_number() -> Mapping[Version | None, Release]:
    return {release.parsed: release for release in releases()}


def _number(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


@lru_cache(maxsize=4096)
def _specifier(text: str) -> SpecifierSet | None:
    if len(text) > _LONGEST:
        return None
    try:
        return SpecifierSet(text.strip("()"))
    except InvalidSpecifier:
        return None


def _holds(marker: str, environment: Mapping[str, str]) -> bool:
    if not marker.strip() or len(marker) > _LONGEST:  # reading a marker is recursive
        return True
    try:
        parsed = Marker(marker)
        if "python" in marker and "python_version" not in environment:
            return True
        return parsed.evaluate(dict(environment))
    except (InvalidMarker, UndefinedEnvironmentName, InvalidVersion, InvalidSpecifier):
        return True
