"""Every rule over every file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.dockerfile.pip_install import file_install
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.dockerfile.stage import Stage, Step
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.errors import UsageError
from tf_docker_check.lint.compose import services
from tf_docker_check.lint.issue import Issue, Remark, Severity
from tf_docker_check.lint.project import MOST_BYTES, Files, Found, shown
from tf_docker_check.lint.registry import OF_SERVICES, OF_STAGES, SUPPRESSION, UNREADABLE
from tf_docker_check.lint.stage import about_tensorflow, holds_tensorflow
from tf_docker_check.lint.suppress import Ignore, ignores, wrong
from tf_docker_check.resources.rulebook import rules

MOST_BUILT = 2 * MOST_BYTES
"""Text of Dockerfiles that is looked at for the services of one compose file."""

_PLACE = re.compile(r":(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?: ")
_NEVER_SILENCED = frozenset({UNREADABLE, SUPPRESSION})


@dataclass(frozen=True)
class Report:
    """What was found: `issues` in the order of their places, in how many `files`, how many `silenced`."""

    issues: tuple[Issue, ...]
    files: int
    silenced: int = 0


@dataclass(frozen=True)
class _Context:
    files: Files
    on_cpu: bool

    def stages(self, path: Path, given: Mapping[str, str]) -> Sequence[Stage]:
        """The stages of the Dockerfile at *path*. UsageError."""
        return read_stages(
            self.files.read(path),
            given,
            lookup=self.files.near(path.parent),
            on_cpu=self.on_cpu,
        )


def check(found: Found, files: Files, *, on_cpu: bool = False) -> Report:
    """Look at what was found. A file that cannot be read is an issue; the others go on.

    *on_cpu*: the user says that the hosts have no GPU.
    """
    files = Files(files.roots, files.changed)  # which requirement files are read by others counts from here
    context = _Context(files, on_cpu)
    issues: list[Issue] = []
    for paths, look in (
        (found.dockerfiles, _dockerfile),
        (found.composes, _compose),
        (_unread(found, files), _requirements),
    ):
        for path in paths:
            issues.extend(_of_file(path, context, look))
    return _sorted(issues, files, len(found))


def _of_file(path: Path, context: _Context, look: Callable[[Path, _Context], Iterator[Issue]]) -> list[Issue]:
    try:
        return list(look(path, context))
    except UsageError as error:
        source = context.files.read_already.get(path) or Source(path, shown(path), "")
        return [_issue(UNREADABLE, _refusal(error, source))]
    except (ValueError, LookupError, RecursionError, TypeError, ArithmeticError) as error:
        source = context.files.read_already.get(path) or Source(path, shown(path), "")
        what = UsageError(
            f"this file cannot be judged: {type(error).__name__}", remedy="report it: it is a bug"
        )
        return [_issue(UNREADABLE, _refusal(what, source))]


def _dockerfile(path: Path, context: _Context) -> Iterator[Issue]:
    for stage in about_tensorflow(context.stages(path, {})):
        yield from _of_stage(stage)


def _compose(path: Path, context: _Context) -> Iterator[Issue]:
    built: dict[tuple[Path, frozenset[tuple[str, str]]], Sequence[Stage]] = {}
    room = MOST_BUILT

    def build(dockerfile: Path, given: Mapping[str, str]) -> Sequence[Stage]:
        nonlocal room
        key = dockerfile, frozenset(given.items())
        if key not in built and room > 0:
            try:
                built[key] = context.stages(dockerfile, given)
                room -= len(context.files.read(dockerfile).text)
            except UsageError:
                built[key] = ()
        return built.get(key, ())

    for service in services(context.files.read(path), build):
        for rule, judge in OF_SERVICES.items():
            yield from (_issue(rule, remark) for remark in judge(service))


def _requirements(path: Path, context: _Context) -> Iterator[Issue]:
    source = context.files.read(path)
    run = file_install(source, context.files.near(path.parent))
    start = Span(source, 0, 0)
    stage = Stage(source, start, steps=(Step(start, (), (run,)),), on_cpu=context.on_cpu)
    if holds_tensorflow(stage):
        yield from _of_stage(stage)


def _of_stage(stage: Stage) -> Iterator[Issue]:
    for rule, judge in OF_STAGES.items():
        yield from (_issue(rule, remark) for remark in judge(stage))


def _unread(found: Found, files: Files) -> Iterator[Path]:
    """Requirement files that no Dockerfile or compose file led to."""
    return (path for path in found.requirements if path not in files.read_already)


def _issue(rule: str, remark: Remark) -> Issue:
    return Issue(rule, Severity(rules()[rule].severity), remark)


def _refusal(error: UsageError, source: Source) -> Remark:
    """The remark that an error message is, at the place that it begins with."""
    what = error.what.removeprefix(source.name)
    place = _PLACE.match(what)
    line, column = (int(place["line"]), int(place["column"] or 1)) if place else (1, 1)
    start = source.offset(line, column)
    end = start + len(source.line(min(line, len(source.starts)))[column - 1 :])
    message = what[place.end() :] if place else what.removeprefix(": ").lstrip()
    why = f": {error.why}" if error.why else ""
    return Remark(Span(source, start, end), message + why, error.remedy or "mend the file")


def _sorted(issues: Iterable[Issue], files: Files, count: int) -> Report:
    """Each issue once, without those that a comment silences, with those that such comments are."""
    once = {(each.rule, each.span.source.name, each.span.start): each for each in reversed(list(issues))}
    silent = {id(source): _ignores(source) for source in files.read_already.values()}
    kept = [each for each in once.values() if not _is_silenced(each, silent.get(id(each.span.source), ()))]
    comments = [
        _issue(SUPPRESSION, remark)
        for source in files.read_already.values()
        for remark in wrong(source, rules())
    ]
    ordered = sorted(
        [*kept, *comments], key=lambda each: (each.span.source.name, *each.span.begins, each.rule)
    )
    return Report(tuple(ordered), count, len(once) - len(kept))


def _ignores(source: Source) -> Collection[Ignore]:
    if "tf-docker-check:" not in source.text:
        return ()
    return ignores(source, rules(), _blocks(source))


def _blocks(source: Source) -> list[tuple[int, int]]:
    """The lines of each instruction of a Dockerfile; of other files there are none."""
    if source.path.suffix in (".txt", ".yml", ".yaml"):
        return []
    try:
        return [(each.start_line, each.end_line) for each in parse_dockerfile(source.text, source.name)]
    except UsageError:
        return []


def _is_silenced(issue: Issue, ignored: Iterable[Ignore]) -> bool:
    line, _ = issue.span.begins
    by_comment = any(issue.rule in each.rules and each.first <= line <= each.last for each in ignored)
    return by_comment and issue.rule not in _NEVER_SILENCED
