"""A requirement at its place in a file."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.specifiers import SpecifierSet

from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.requirements.requirement import Requirement


@dataclass(frozen=True)
class PlacedRequirement:
    """A requirement and where it stands.

    `form`: how it is written: a word of a `shell`, of a `json` list, a line of a `file` of pip, or `declared` in
    another kind of file.
    """

    requirement: Requirement
    span: Span
    form: str

    @property
    def name(self) -> str:
        """The normalized name of the distribution."""
        return self.requirement.name

    @property
    def specifier(self) -> SpecifierSet | None:
        """The versions that will do; None where they cannot be read."""
        return self.requirement.specifier

    @property
    def pin(self) -> str:
        """The one version asked for, else empty."""
        return self.requirement.pin

    def replace(self, old: str, new: str) -> tuple[Edit, ...]:
        """Write *new* in place of *old*; nothing where *old* is not in there as such."""
        written = self.span.text
        return (Edit(self.span, written.replace(old, new)),) if old in written else ()

    def add(self, other: str) -> tuple[Edit, ...]:
        """Ask for *other* too, in the same run of pip; nothing where that is no simple edit."""
        source, end = self.span.source, self.span.end
        if self.form == "declared":
            return ()
        if self.form != "file":
            added = f" '{other}'" if self.form == "shell" else f', "{other}"'
            return (Edit(Span(source, end, end), added),)
        line, _ = self.span.begins
        written = source.line(line)
        if written.endswith("\\") or " --" in written:
            return ()
        at = source.offset(line) + len(written)
        return (Edit(Span(source, at, at), f"\n{other}"),)
