"""Rules about packages next to TensorFlow: a second TensorFlow, dependencies that break it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tf_docker_check.dockerfile.placed import PlacedRequirement
from tf_docker_check.dockerfile.source import Edit, removed
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import from_faults, remarks
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import Break, Release, breaks
from tf_docker_check.rules.dependencies import judge_break, judge_request, needs
from tf_docker_check.rules.stage import (
    Install,
    all_tensorflow_installs,
    base_of,
    follows_releases,
    subject_of,
    tensorflow_installs,
)
from tf_docker_check.rules.stage_packages import laid_over
from tf_docker_check.rules.subject import Subject

_APART = ("pip uninstall", " venv", "virtualenv", "conda")
"""Said where the image's own TensorFlow is put out, or the packages go somewhere else."""


def overlaid(stage: Stage) -> Iterator[Remark]:
    """TFD021."""
    if not base_of(stage).has_tensorflow or any(word in stage.all_shell_text for word in _APART):
        return
    held = base_of(stage).promised_tensorflow
    for install in tensorflow_installs(stage):
        if not _changes_nothing(install, held):
            which = f"TensorFlow {held}" if held else "a TensorFlow"
            yield Remark(
                install.wanted.span,
                f"{stage.root.known_image} brings {which}: installing {install.wanted.name} is needless, or lays "
                "another over it",
                f"leave out {install.wanted.name}, or start from an image without TensorFlow",
                _left_out(install),
            )


def _changes_nothing(install: Install, held: str) -> bool:
    """Whether pip finds that the image's own TensorFlow will do, and was asked with that in mind."""
    wanted = install.wanted.requirement
    satisfied = wanted.name == "tensorflow" and (wanted.allows(held) if held else wanted.unbounded)
    careless = wanted.unbounded and install.wanted.form != "file"
    return satisfied and not careless and not install.run.upgrades


def twice(stage: Stage) -> Iterator[Remark]:
    """TFD022."""
    if "pip uninstall" in stage.all_shell_text:
        return
    first: Install | None = None
    own = {id(run) for run in stage.pip_installs}
    for install in all_tensorflow_installs(stage):
        first = first or install
        if install.wanted.name != first.wanted.name and id(install.run) in own:
            line, _ = first.wanted.span.begins
            yield Remark(
                install.wanted.span,
                f"{install.wanted.name} and {first.wanted.name} ({first.wanted.span.source.name}:{line}) put "
                "their files into the same folder",
                "keep one of them",
            )


def breaking(stage: Stage) -> Iterator[Remark]:
    """TFD024."""
    yield from from_faults(laid_over, verdicts={Verdict.FAILS})(stage)
    for install in tensorflow_installs(stage):
        release = install.release
        if not release or not follows_releases(install) or not _has_wheel(stage, install, release):
            continue
        subject = subject_of(stage, install)
        for wanted in install.run.requirements if install.run.whole else ():
            yield from remarks(wanted.span, _conflicts(subject, wanted))
        for known in breaks():
            if known.effect == "blocks":
                yield from _broken(stage, install, release, known)


def _has_wheel(stage: Stage, install: Install, release: Release) -> bool:
    pythons = release.pythons_on(stage.architecture)
    return install.wanted.name in release.packages and (not install.python or install.python in pythons)


def _conflicts(subject: Subject, wanted: PlacedRequirement) -> Sequence[Judgement]:
    return tuple(judge_request(subject, wanted.name, wanted.specifier)) if wanted.specifier else ()


def _broken(stage: Stage, install: Install, release: Release, known: Break) -> Iterator[Remark]:
    """A version that this release admits, and that breaks it."""
    subject, wanted = subject_of(stage, install), install.run.find(known.package)
    taken = (wanted.pin if wanted else "") or _default_version(stage, install, release, known)
    if not taken or (wanted and _conflicts(subject, wanted)):
        return
    if known.hits(release.version, {known.package: taken}):
        edits = () if wanted else install.wanted.add(known.remedy.removeprefix("pin "))
        span = wanted.span if wanted else install.wanted.span
        yield from remarks(span, (judge_break(subject, release, known, taken),), edits)


def _default_version(stage: Stage, install: Install, release: Release, known: Break) -> str:
    """Return the version that pip installs by default; empty if a requirement may narrow it."""
    chosen, least = release.fresh.versions.get(known.package, ""), install.python or release.pythons[0]
    own = needs(release, subject_of(stage, install).target)
    others = (
        requirement
        for requirement in install.run.requirements
        if requirement.name not in own and requirement is not install.wanted
    )
    named = [requirement for run in stage.all_pip_installs if (requirement := run.find(known.package))]
    understood = not stage.all_unread and all(run.whole for run in stage.all_pip_installs)
    complete = understood and not any(requirement.requirement.capped for requirement in others)
    narrowed = any(not requirement.requirement.allows(chosen) for requirement in named) if chosen else True
    return chosen if complete and not narrowed and version(least) >= version(known.python) else ""


def _left_out(install: Install) -> tuple[Edit, ...]:
    """The command without it, where something else is left to install and no version was asked for."""
    wanted, others = install.wanted, len(install.run.requirements) > 1
    plain = wanted.form == "shell" and wanted.requirement.unbounded and not install.with_cuda
    return (removed(wanted.span),) if others and plain else ()
