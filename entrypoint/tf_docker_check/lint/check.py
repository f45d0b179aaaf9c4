"""Run every rule on every file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tf_docker_check.discovery.absent import lacks_in
from tf_docker_check.discovery.build import Build, Use
from tf_docker_check.discovery.compose import read_services
from tf_docker_check.discovery.discover import Discovery, discover, lookup_for
from tf_docker_check.discovery.files import MOST_BYTES, Files, display_path
from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.dockerfile.pip_install import file_install
from tf_docker_check.dockerfile.source import Source, Span
from tf_docker_check.dockerfile.stage import Stage, Step
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.errors import UsageError
from tf_docker_check.lint.issue import Issue, Remark, Severity
from tf_docker_check.lint.registry import SERVICE_RULES, STAGE_RULES, SUPPRESSION, UNREADABLE
from tf_docker_check.lint.rules.tags import invalid
from tf_docker_check.lint.suppress import Ignore, check_comments, read_ignores
from tf_docker_check.model.program import Program
from tf_docker_check.project.find import FileList
from tf_docker_check.project.programs import find_programs
from tf_docker_check.resources.rulebook import rules
from tf_docker_check.rules.stage import about_tensorflow, holds_tensorflow

MOST_BUILT = 2 * MOST_BYTES
"""Characters of Dockerfiles that are read for the services of one compose file."""

_PLACE = re.compile(r":(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?: ")
_NEVER_SILENCED = frozenset({UNREADABLE, SUPPRESSION})


@dataclass(frozen=True)
class Report:
    """Result of linting: `issues` by file and line, number of `files` checked and of issues `silenced`."""

    issues: tuple[Issue, ...]
    files: int
    silenced: int = 0
    discovery: Discovery = field(default_factory=lambda: Discovery((), ()), compare=False)


@dataclass(frozen=True)
class _Context:
    files: Files
    discovery: Discovery
    on_cpu: bool
    programs_in: dict[Path, Sequence[Program]] = field(default_factory=dict)

    def programs(self, folder: Path) -> Sequence[Program]:
        """Return the programs of a build context that train on several workers."""
        if folder not in self.programs_in:
            programs = find_programs(folder)
            self.programs_in[folder] = [
                replace(one, file=display_path(folder / one.file)) for one in programs
            ]
        return self.programs_in[folder]

    def stages(self, build: Build, *, default: bool = False) -> Sequence[Stage]:
        """Parse the Dockerfile of *build*; *default*: without its build arguments. Raises UsageError."""
        return read_stages(
            self.files.read(build.dockerfile),
            {} if default else dict(build.arguments),
            lookup=lookup_for(build, self.files),
            lacks=lacks_in(build, self.files),
            on_cpu=self.on_cpu,
            programs=self.programs(build.context),
        )


def check(targets: FileList, files: Files, *, on_cpu: bool = False) -> Report:
    """Run the rules on *targets*. A file that cannot be read is an issue (TFD001); the others are checked.

    *on_cpu*: no host has a GPU.
    """
    files = Files(
        files.roots, files.changed
    )  # a fresh cache: it records which requirement files a Dockerfile refers to
    discovery = discover(targets, files)
    context = _Context(files, discovery, on_cpu)
    issues: list[Issue] = []
    users = dict.fromkeys(use.span.source.path for use in discovery.uses)
    for paths, look in (
        (discovery.dockerfiles, _check_dockerfile),
        (targets.composes, _check_compose),
        (users, _check_uses),
        (_standalone_requirements(targets, files), _check_requirements),
    ):
        for path in paths:
            issues.extend(_check_file(path, context, look))
    count = len({*discovery.dockerfiles, *targets.composes, *targets.requirements, *users})
    return _build_report(issues, files, count, discovery)


def _check_file(
    path: Path, context: _Context, look: Callable[[Path, _Context], Iterator[Issue]]
) -> list[Issue]:
    try:
        return list(look(path, context))
    except UsageError as error:
        source = context.files.read_already.get(path) or Source(path, display_path(path), "")
        return [_issue(UNREADABLE, _parse_error(error, source))]
    except (ValueError, LookupError, RecursionError, TypeError, ArithmeticError) as error:
        source = context.files.read_already.get(path) or Source(path, display_path(path), "")
        what = UsageError(
            f"internal error in a rule: {type(error).__name__}",
            remedy="please report this bug, with the file",
        )
        return [_issue(UNREADABLE, _parse_error(what, source))]


def _check_dockerfile(path: Path, context: _Context) -> Iterator[Issue]:
    builds = context.discovery.builds_of(path)
    readings = [context.stages(builds[0], default=True)]
    readings += [context.stages(build) for build in builds if build.arguments]
    for stage in readings[0]:
        yield from (_issue(UNREADABLE, remark) for remark in invalid(stage))
    for stage in (stage for stages in readings for stage in about_tensorflow(stages)):
        yield from check_stage(stage)


def _check_compose(path: Path, context: _Context) -> Iterator[Issue]:
    built: dict[object, Sequence[Stage]] = {}
    room = MOST_BUILT

    def stages(build: Build) -> Sequence[Stage]:
        nonlocal room
        key = build.dockerfile, build.context, build.arguments
        if key not in built and room > 0:
            try:
                built[key] = context.stages(build)
                room -= len(context.files.read(build.dockerfile).text)
            except UsageError:
                built[key] = ()
        return built.get(key, ())

    for service in read_services(context.files.read(path), context.files, stages):
        for rule, judge in SERVICE_RULES.items():
            yield from (_issue(rule, remark) for remark in judge(service))


def _check_uses(path: Path, context: _Context) -> Iterator[Issue]:
    for use in context.discovery.uses:
        if use.span.source.path == path:
            yield from check_stage(_stage_of(use, on_cpu=context.on_cpu))


def _stage_of(use: Use, *, on_cpu: bool) -> Stage:
    """Return the stage that a Dockerfile with nothing but FROM would have: what holds for FROM holds for the image."""
    source, (line, _) = use.span.source, use.span.begins
    return Stage(
        source, use.span, line=line, image=use.image, environment=dict(use.environment), on_cpu=on_cpu
    )


def _check_requirements(path: Path, context: _Context) -> Iterator[Issue]:
    source = context.files.read(path)
    run = file_install(source, context.files.near(path.parent))
    start = Span(source, 0, 0)
    stage = Stage(source, start, steps=(Step(start, (), (run,)),), on_cpu=context.on_cpu)
    if holds_tensorflow(stage):
        yield from check_stage(stage)


def check_stage(stage: Stage) -> Iterator[Issue]:
    """Run the rules on *stage*."""
    for rule, judge in STAGE_RULES.items():
        yield from (_issue(rule, remark) for remark in judge(stage))


def _standalone_requirements(targets: FileList, files: Files) -> Iterator[Path]:
    """Return the requirement files that no Dockerfile refers to."""
    return (path for path in targets.requirements if path not in files.read_already)


def _issue(rule: str, remark: Remark) -> Issue:
    return Issue(rule, Severity(rules()[rule].severity), remark)


def _parse_error(error: UsageError, source: Source) -> Remark:
    """Convert an error to a remark, at the line and column that its message starts with."""
    what = error.what.removeprefix(source.name)
    place = _PLACE.match(what)
    line, column = (int(place["line"]), int(place["column"] or 1)) if place else (1, 1)
    start = source.offset(line, column)
    end = start + len(source.line(min(line, len(source.starts)))[column - 1 :])
    message = what[place.end() :] if place else what.removeprefix(": ").lstrip()
    why = f": {error.why}" if error.why else ""
    return Remark(Span(source, start, end), message + why, error.remedy or "correct the file")


def _build_report(issues: Iterable[Issue], files: Files, count: int, discovery: Discovery) -> Report:
    """Drop duplicates and silenced issues, add TFD002 for wrong comments, and sort."""
    once = {(issue.rule, issue.span.source.name, issue.span.start): issue for issue in reversed(list(issues))}
    silent = {id(source): ignores_of(source) for source in files.read_already.values()}
    kept = [issue for issue in once.values() if not is_silenced(issue, silent.get(id(issue.span.source), ()))]
    comments = [
        _issue(SUPPRESSION, remark)
        for source in files.read_already.values()
        for remark in check_comments(source, rules())
    ]
    ordered = sorted(
        [*kept, *comments], key=lambda issue: (issue.span.source.name, *issue.span.begins, issue.rule)
    )
    return Report(tuple(ordered), count, len(once) - len(kept), discovery)


def ignores_of(source: Source) -> Collection[Ignore]:
    """Return the comments in *source* that silence rules."""
    if "tf-docker-check:" not in source.text:
        return ()
    return read_ignores(source, rules(), _instruction_lines(source))


def _instruction_lines(source: Source) -> list[tuple[int, int]]:
    """Return first and last line of each instruction; empty for files that are no Dockerfile."""
    if source.path.suffix in (".txt", ".yml", ".yaml"):
        return []
    try:
        return [
            (instruction.start_line, instruction.end_line)
            for instruction in parse_dockerfile(source.text, source.name)
        ]
    except UsageError:
        return []


def is_silenced(issue: Issue, ignored: Iterable[Ignore]) -> bool:
    """Whether a comment among *ignored* silences *issue*."""
    line, _ = issue.span.begins
    by_comment = any(issue.rule in ignore.rules and ignore.first <= line <= ignore.last for ignore in ignored)
    return by_comment and issue.rule not in _NEVER_SILENCED
