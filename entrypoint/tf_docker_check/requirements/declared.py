"""What a project declares that it needs, in files other than those of pip."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from packaging.utils import canonicalize_name

from tf_docker_check.requirements.requirement import Requirement, parse_requirement

MAX_DECLARED = 2000
"""Requirements that are taken from one file."""

EVERY = "*"
"""All extras, or all groups."""


class Place(NamedTuple):
    """A requirement, and from where to where it stands in its file."""

    start: int
    end: int
    requirement: Requirement


@dataclass
class Declared:
    """What a file declares.

    `requirements`: at their places; `files`: requirement files that it refers to, in which True stands for
    constraints; `admits`: the Pythons that it admits; `unread`: why some of it is not known.
    """

    text: str
    requirements: list[Place] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    admits: Place | None = None
    unread: list[str] = field(default_factory=list)
    _at: int = 0

    def add(self, requirement: Requirement | None, written: str) -> None:
        """Add *requirement*, which stands in the text as *written*, behind those added before.

        A line break that *written* begins with is no part of it.
        """
        if requirement is None:
            return
        if len(self.requirements) >= MAX_DECLARED:
            self.note_unread(f"more than {MAX_DECLARED} requirements")
            return
        start = self.text.find(written, self._at) if self._at >= 0 else -1
        self._at = start  # behind a text that is not found nothing is looked for, so that this stays linear
        end = start + len(written)
        start += written.startswith("\n")
        self.requirements.append(Place(start, end, requirement) if start >= 0 else Place(0, 0, requirement))

    def add_line(self, line: str) -> None:
        """Add a requirement as pip writes it; what is none is not known."""
        requirement = parse_requirement(line)
        if requirement is None:
            self.note_unread(f"{line:.60} is not a requirement")
        else:
            self.add(requirement, line)

    def seek(self, written: str) -> None:
        """Let the following requirements stand behind *written*; anywhere where it does not come."""
        self._at = max(self.text.find(written), 0)

    def note_unread(self, reason: str) -> None:
        """Note why something is not known, once."""
        if reason not in self.unread:
            self.unread.append(reason)


def table(document: object, *keys: str) -> Mapping[str, object]:
    """The table at *keys* of a TOML or JSON document; empty where there is none."""
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}


def texts(value: object) -> Iterator[str]:
    """The texts in *value* where it is a list."""
    return (one for one in value if isinstance(one, str)) if isinstance(value, list) else iter(())


def chosen(tables: Mapping[str, object], names: Collection[str]) -> Iterable[tuple[str, object]]:
    """Those of *tables* that *names* names, in whatever spelling; all of them for `EVERY`."""
    wanted = {canonicalize_name(name) for name in names}
    return [
        (name, value) for name, value in tables.items() if EVERY in names or canonicalize_name(name) in wanted
    ]
