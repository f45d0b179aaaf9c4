"""Collect what an installer installs from words, requirement files, projects, locks and wheels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from posixpath import basename, join

from tf_docker_check.dockerfile.image_files import ANY
from tf_docker_check.dockerfile.install_options import Options, is_foreign
from tf_docker_check.dockerfile.installer import Kind
from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.path_content import Declaration, Find, PathContent
from tf_docker_check.dockerfile.placed import PlacedRequirement
from tf_docker_check.dockerfile.project import read_project_files
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.dockerfile.targets import (
    archive_requirement,
    hints_at_tensorflow,
    is_target,
    repository_requirement,
)
from tf_docker_check.model.text import one_line
from tf_docker_check.model.unread import Unread
from tf_docker_check.requirements.conda import conda_requirement, read_environment, read_specs
from tf_docker_check.requirements.declared import Declared
from tf_docker_check.requirements.files import RequirementSet
from tf_docker_check.requirements.requirement import Requirement, Target, parse_requirement

MAX_REQUIREMENTS = 2000
"""Of one command; with more it is not `whole`."""

_FILE_OPTIONS = ("-r", "--requirement", "--requirements")
_CONSTRAINT_OPTIONS = ("-c", "--constraint", "--constraints")
_EDITABLE = ("-e", "--editable")
_CONSTRAINT_VARIABLES = ("PIP_CONSTRAINT", "UV_CONSTRAINT")
_FILE_VARIABLES = ("PIP_REQUIREMENT",)
_CAT = re.compile(r"\$\(\s*(?:cat\s+|<\s*)(?P<path>[^\s$`)]+)\s*\)|`\s*cat\s+(?P<other>[^\s$`]+)\s*`")
_EXTRAS = re.compile(r"(?P<path>[^\[\]]+)\[(?P<extras>[^\[\]]*)\]")
_WHEELS = re.compile(r"(?P<folder>.+)/\*(?:\.whl)?")
_STREAMS = frozenset({"-", "/dev/stdin"})
_TENSORFLOWS_OWN = "https://storage.googleapis.com/tensorflow/"
"""Where TensorFlow's documentation links to the wheels that are on PyPI, too."""

_UNREAD_SPEC = "the value of a variable in {} is not known"


@dataclass
class InstallReader:
    """What a command in `source` installs for `target`; it looks up files of the image with `find`.

    `form`: how its words are written, of a ``shell`` or a ``json`` list; `line`: of the command. `pip`: reads what
    conda has pip install; `changed`: something may have changed what it reads.
    """

    source: Source
    target: Target
    find: Find
    form: str = "shell"
    line: int = 1
    named: list[PlacedRequirement] = field(default_factory=list)
    declared: list[PlacedRequirement] = field(default_factory=list)
    pip: InstallReader | None = None
    pythons: list[PlacedRequirement] = field(default_factory=list)
    others: list[Source] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    foreign: bool = False
    changed: bool = False

    def __post_init__(self) -> None:
        self.reading: RequirementSet[Source] = RequirementSet(self._lookup, self.target)

    @classmethod
    def of_file(cls, file: Source, lookup: Callable[[str], Source | None], target: Target) -> InstallReader:
        """Read a requirement file by itself, whose folder *lookup* looks up paths in."""
        reader = cls(file, target, lambda path: PathContent(lookup(path)))
        reader.reading.add(file, file.path.name)
        reader.foreign = is_foreign(reader.reading.options)
        return reader

    def read(self, kind: Kind, options: Options, environment: Mapping[str, str]) -> None:
        """Collect what an installer of that *kind* installs."""
        if kind is Kind.CONDA:
            self._read_conda(options)
        elif kind is Kind.CONDA_FILE:
            self._read_conda_files(list(options.values("-f", "--file")), default="environment.yml")
        elif kind in (Kind.PIP, Kind.WHEELS, Kind.FILES):
            self._read_pip(kind, options, environment)
        else:
            self._read_project(kind, options)
        self.finish()

    def finish(self) -> None:
        """Add what the requirement files name besides requirements, and note what is missing."""
        for path in self.reading.missing:
            self.note_unread(self.find(path).why_missing(path))
        for line in self.reading.others:
            self._add_target(line.text, line.start, line.file)
        self.foreign = self.foreign or is_foreign(self.reading.options)
        if self.pip:
            self.pip.finish()

    @property
    def requirements(self) -> tuple[PlacedRequirement, ...]:
        """All that was found, narrowed by constraints; what only may apply counts where it brings TensorFlow."""
        return tuple(
            one for one in self._everything if one.requirement.brings_tensorflow or self._is_sure(one)
        )

    @property
    def _everything(self) -> list[PlacedRequirement]:
        named = self.named
        if self.reading.constraints:
            named = [replace(one, requirement=self.reading.constrain(one.requirement)) for one in named]
        return [*named, *self.declared, *self._in_files()][:MAX_REQUIREMENTS]

    def _is_sure(self, one: PlacedRequirement) -> bool:
        return one.requirement.surely_applies_to(self.target)

    @property
    def files(self) -> list[Source]:
        return [*self.reading.files, *self.others]

    @property
    def whole(self) -> bool:
        """Whether all requirements are known, and no constraint affects other packages."""
        requirements = self._everything
        names = {one.name for one in requirements}
        bound = all(line.requirement.name in names for line in self.reading.constraints)
        sure = len(requirements) < MAX_REQUIREMENTS and all(map(self._is_sure, requirements))
        return self.reading.complete and bound and sure

    def note_unread(self, reason: str, at: int | None = None, source: Source | None = None) -> None:
        """Note that something is not known, at an offset in a file; else where the command begins."""
        source = source or self.source
        line = self.line if at is None else source.place(at)[0]
        self.unread.append(Unread(source.name, line, reason))

    def include(self, path: str, *, constrains: bool = False) -> None:
        """Read the requirement file at *path*, or a project's file that pip or uv reads as such."""
        name, content = basename(path), self.find(path) if "://" not in path else PathContent()
        if content.exported:
            self.add_declared(content.exported)
        elif path in _STREAMS:
            self.note_unread("what is piped to pip is not known")
        elif name in ("pyproject.toml", "setup.py", "setup.cfg", "pylock.toml") or name.startswith("pylock."):
            self.add_declared(read_project_files(path, self.find, self.target))
        elif "://" in path:
            self.note_unread(f"{one_line(path, 60)} is not read")
        else:
            self.reading.include(path, constrains=constrains)

    def _lookup(self, path: str) -> Source | None:
        content = self.find(path)
        if content.source and content.reason:
            self.changed = True
            self.note_unread(content.reason)
        return content.source

    def _in_files(self) -> Iterator[PlacedRequirement]:
        for line in self.reading.constrained():
            yield PlacedRequirement(line.requirement, line.file.span(line.start, line.end), "file")

    def _read_pip(self, kind: Kind, options: Options, environment: Mapping[str, str]) -> None:
        for variables, constrains in ((_CONSTRAINT_VARIABLES, True), (_FILE_VARIABLES, False)):
            for path in (path for name in variables for path in environment.get(name, "").split()):
                self.include(path, constrains=constrains)
        for name, value in options.pairs:
            if name in _FILE_OPTIONS or name in _CONSTRAINT_OPTIONS:
                self.include(value.text, constrains=name in _CONSTRAINT_OPTIONS)
            elif name in _EDITABLE:
                self._add_target(value.text, value.start, self.source)
            elif name == "--group":
                path, _, group = value.text.rpartition(":")
                self.add_declared(
                    read_project_files(
                        path or "pyproject.toml", self.find, self.target, groups=(group,), itself=False
                    )
                )
        for word in options.plain:
            if kind is Kind.FILES:
                self.include(word.text)
            else:
                self._add_word(word)

    def _add_word(self, word: Word) -> None:
        """Add a requirement, a file, a folder or a URL that the command names."""
        if cat := _CAT.fullmatch(word.text):
            self.include(cat["path"] or cat["other"])
        elif word.text.startswith(("-", "<", ">")):
            return
        elif is_target(word.text):
            self._add_target(word.text, word.start, self.source, word)
        elif (requirement := parse_requirement(word.text)) and requirement.applies_to(self.target):
            self._add_requirement(requirement, word)
        elif requirement is None and "$" in word.text:
            self.note_unread(_UNREAD_SPEC.format(one_line(word.text, 60)), word.start)

    def _add_requirement(self, requirement: Requirement, word: Word) -> None:
        self.named.append(PlacedRequirement(requirement, Span(self.source, word.start, word.end), self.form))
        if requirement.specifier is None and "$" in word.text:
            self.note_unread(_UNREAD_SPEC.format(one_line(word.text, 60)), word.start)

    def _add_target(self, text: str, start: int, source: Source, word: Word | None = None) -> None:
        """Add what lies at a path or a URL: a wheel or a repository by its name, a folder by the project in it."""
        text = text.strip().strip("\"'")
        wheels = _WHEELS.fullmatch(text)
        held = self.find(f"{wheels['folder']}/{ANY}") if wheels else PathContent()
        if requirement := archive_requirement(text) or repository_requirement(text):
            own = requirement.brings_release and text.startswith(_TENSORFLOWS_OWN)
            self.foreign = self.foreign or (requirement.brings_tensorflow and not own)
            span = source.span(start, word.end if word else start + len(text))
            self.named.append(PlacedRequirement(requirement, span, self.form if word else "file"))
            if requirement.specifier is None and hints_at_tensorflow(requirement.name):
                self.note_unread(f"{one_line(text, 60)} is not read", start, source)
        elif held.is_known:
            self.declared += held.wheels
            if held.reason:
                self.note_unread(held.reason, start, source)
        elif "://" in text or "$" in text or "*" in text or "`" in text:
            self.note_unread(f"{one_line(text, 60)} is not read", start, source)
        else:
            extras = _EXTRAS.fullmatch(text)
            path, listed = (extras["path"], extras["extras"]) if extras else (text, "")
            names = [name.strip() for name in listed.split(",")] if extras else []
            self.add_declared(read_project_files(path, self.find, self.target, extras=names))

    def _read_project(self, kind: Kind, options: Options) -> None:
        """Read the project that a tool such as Poetry installs, from its lock where there is one."""
        for word in options.plain if kind is Kind.PIPENV else ():
            self._add_word(word)
        folder = _folder(options)
        self.add_declared(read_project_files(folder, self.find, self.target, tool=kind, options=options))

    def _read_conda(self, options: Options) -> None:
        files = list(options.values("-f", "--file"))
        environments = [value for value in files if value.text.endswith((".yml", ".yaml"))]
        self._read_conda_files(environments)
        for value in files:
            content = self.find(value.text)
            if value not in environments and content.source:
                self._add_specs(content.source)
            elif value not in environments:
                self.note_unread(content.why_missing(value.text), value.start)
        for word in options.plain:
            if requirement := conda_requirement(word.text):
                self._add_requirement(requirement, word)

    def _add_specs(self, source: Source) -> None:
        """Add the specs in a file of them, such as ``conda list --export`` writes."""
        self.others.append(source)
        for start, end, requirement in islice(read_specs(source.text), MAX_REQUIREMENTS):
            self.declared.append(PlacedRequirement(requirement, source.span(start, end), "file"))

    def _read_conda_files(self, values: Sequence[Word], default: str = "") -> None:
        paths = [value.text for value in values] or ([default] if default else [])
        for path in paths:
            content = self.find(path)
            if content.source is None:
                self.note_unread(content.why_missing(path))
                continue
            declared = read_environment(content.source.text, content.source.name)
            if declared.python:
                self.target = replace(self.target, python=declared.python)
                self.reading.target = self.target
            self._place(content.source, declared)
            if declared.by_pip.requirements or declared.by_pip.files or declared.by_pip.unread:
                self.pip = InstallReader(self.source, self.target, self.find, self.form, self.line)
                folder = path.rpartition("/")[0]
                self.pip.add_declared([Declaration(content.source, declared.by_pip, folder)])

    def add_declared(self, declarations: Iterable[Declaration]) -> None:
        """Add what files of a project declare; without a file, why there is none."""
        for one in declarations:
            for path in one.declared.files:
                self.reading.include(join(one.folder, path))
            if one.source:
                self._place(one.source, one.declared)
            else:
                for reason in one.declared.unread:
                    self.note_unread(reason)

    def _place(self, source: Source, declared: Declared) -> None:
        if declared.admits:
            start, end, requirement = declared.admits
            self.pythons.append(PlacedRequirement(requirement, source.span(start, end), "declared"))
        if source not in self.others:
            self.others.append(source)
        for start, end, requirement in declared.requirements:
            if requirement.applies_to(self.target):
                self.declared.append(PlacedRequirement(requirement, source.span(start, end), "declared"))
        for reason in declared.unread:
            self.note_unread(reason, 0, source)


def _folder(options: Options) -> str:
    """The folder of the project that a tool such as Poetry installs."""
    return next((value.text for value in options.values("-C", "--directory", "--project", "-P")), ".")
