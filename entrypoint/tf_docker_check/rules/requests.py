"""Whether a command that installs packages says what was meant, and its packages can be installed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tf_docker_check.dockerfile.installer import installer_of
from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.placed import PlacedRequirement
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.requirements.requirement import Requirement
from tf_docker_check.resources.packages import Refusal, refusals
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.rules.fault import Fault

_UNQUOTED = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?)(?P<versions>[<>]=?[0-9].*)", re.ASCII)
_DASHES = re.compile(r"-*[\u2010-\u2015\u2212][\u2010-\u2015\u2212-]*(?=[A-Za-z])")
"""Hyphens and dashes other than the one on the keyboard, where an option begins."""

_INSTALLERS = frozenset({"apt-get", "apt", "apk", "yum", "dnf"})


def unquoted(stage: Stage) -> Iterator[Fault]:
    """Yield each specifier of which the shell takes ``<`` or ``>`` for a redirection."""
    for command in _installing(stage):
        for word in command.split:
            if match := _UNQUOTED.fullmatch(word.text):
                yield _unquoted(stage, word, match["name"], match["versions"])


def dashes(stage: Stage) -> Iterator[Fault]:
    """Yield each option that begins with a dash that is no hyphen."""
    for command in (*_installing(stage), *_of_system(stage)):
        for word in command.words:
            if match := _DASHES.match(word.text):
                yield _dash(stage, word, match)


def refused(stage: Stage) -> Iterator[Fault]:
    """Yield each requirement that no index can satisfy, or whose package refuses to be installed."""
    if "allow_deprecated_sklearn" in stage.source.text.lower():
        return
    for install in stage.pip_installs:
        for wanted in () if install.foreign else install.requirements:
            row = refusals().get(wanted.name)
            if row and _takes(wanted.requirement, row):
                yield _refused(wanted, row)


def _installing(stage: Stage) -> list[Command]:
    """The commands that install Python packages."""
    return [command for command in stage.commands if installer_of(command.words, {})]


def _of_system(stage: Stage) -> list[Command]:
    return [command for command in stage.commands if command.name in _INSTALLERS]


def _unquoted(stage: Stage, word: Word, name: str, versions: str) -> Fault:
    file = versions.lstrip("<>")
    if versions.startswith(">"):
        kept = versions[1:]
        verdict = Verdict.UNKNOWN
        what = f"the shell takes the > of {word.text} for a redirection: pip is asked for any {name}, and what it "
        what += f"prints goes to a file {kept}"
    else:
        verdict = Verdict.FAILS
        what = f"the shell takes the < of {word.text} for a redirection: `cannot open {file}`"
    span = Span(stage.source, word.start, word.end)
    plain = span.text == word.text and "'" not in word.text
    edits = (Edit(span, f"'{word.text}'"),) if plain else ()
    return Fault(span, Judgement("shell", verdict, what, "user-code", f"quote it: '{word.text}'"), edits)


def _dash(stage: Stage, word: Word, match: re.Match[str]) -> Fault:
    rest = word.text[match.end() :]
    meant = ("-" if len(rest) == 1 else "--") + rest
    span = Span(stage.source, word.start, word.end)
    what = f"{word.text} begins with a dash that is no hyphen, so it is no option: `no such option`"
    edits = (Edit(span, meant),) if span.text == word.text else ()
    return Fault(span, Judgement("shell", Verdict.FAILS, what, "user-code", f"write {meant}"), edits)


def _takes(wanted: Requirement, row: Refusal) -> bool:
    """Whether pip comes to a version that refuses; an older pin may still install."""
    if wanted.specifier is None or not row.since:
        return wanted.specifier is not None
    pinned = Requirement(wanted.name, specifier=wanted.specifier).pin
    return version(pinned) >= version(row.since) if pinned else wanted.allows(row.newest)


def _refused(wanted: PlacedRequirement, row: Refusal) -> Fault:
    judgement = Judgement(
        "exists",
        Verdict.FAILS,
        f"pip cannot install {wanted.name}: {row.says}",
        "package-removed",
        row.instead,
        (source_of(f"package {row.name}", row),),
    )
    edits: Sequence[Edit] = ()
    if row.replacement and wanted.requirement.unbounded and wanted.span.text == wanted.requirement.text:
        edits = (Edit(wanted.span, row.replacement),)
    return Fault(wanted.span, judgement, tuple(edits))
