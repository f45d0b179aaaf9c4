"""What a stage installs together with a TensorFlow, its own or its base image's."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import SpecifierSet

from tf_docker_check.dockerfile.pip_install import PipInstall
from tf_docker_check.dockerfile.placed import PlacedRequirement
from tf_docker_check.dockerfile.source import Edit
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.packages import companions
from tf_docker_check.resources.rows import source_of
from tf_docker_check.resources.tensorflow import Break, Release, breaks, by_version
from tf_docker_check.rules.companions import fitting_companion, judge_companion
from tf_docker_check.rules.dependencies import judge_break, needs, possible, surely_breaks
from tf_docker_check.rules.fault import Fault
from tf_docker_check.rules.stage import all_tensorflow_installs, subject_of
from tf_docker_check.rules.subject import Subject

_CLOSE = frozenset({"numpy", "protobuf", "keras", "h5py", "ml-dtypes"})
"""What TensorFlow's own code is built with or loads at once."""

_APART = (" venv", "virtualenv", "conda")


def companions_of_another(stage: Stage) -> Iterator[Fault]:
    """Yield each companion that was made for another TensorFlow than the one in the image."""
    for run, release in _own_runs(stage):
        pinned = any(one.pin for one in run.tensorflows)
        if release is None or run.by_conda:
            continue
        for wanted in run.requirements:
            if wanted.name in companions() and wanted.specifier is not None and _is_bound(run, pinned=pinned):
                yield from _companion(stage, release, wanted, together=pinned)


def laid_over(stage: Stage) -> Iterator[Fault]:
    """Yield each version of a dependency that a later command puts under a TensorFlow that is there."""
    for run, release in _own_runs(stage):
        if release is None or run.tensorflows or run.by_conda:
            continue
        for wanted in run.requirements:
            if wanted.name in _CLOSE and wanted.specifier is not None:
                yield from _laid(subject_of(stage), release, wanted)


def _own_runs(stage: Stage) -> Iterator[tuple[PipInstall, Release | None]]:
    """The stage's own installs, each with the TensorFlow that is there when it is done."""
    if any(word in stage.all_shell_text for word in _APART) and stage.base.has_tensorflow:
        return
    brought = {id(install.run): install.release for install in all_tensorflow_installs(stage)}
    own = set(map(id, stage.pip_installs))
    release = by_version().get(stage.base.promised_tensorflow) if stage.base.has_tensorflow else None
    for run in stage.all_pip_installs:
        if id(run) in brought:
            release = brought[id(run)]
        if id(run) in own:
            yield run, release


def _is_bound(run: PipInstall, *, pinned: bool) -> bool:
    """Whether pip has no say in TensorFlow's version: it was there, or it is asked for one."""
    return pinned or not run.tensorflows


def _companion(
    stage: Stage, release: Release, wanted: PlacedRequirement, *, together: bool
) -> Iterator[Fault]:
    subject = Subject(stage.base, stage.architecture, release=release)
    assert wanted.specifier is not None  # its caller saw to that
    for judgement in judge_companion(subject, wanted.name, wanted.specifier, together=together):
        good = fitting_companion(wanted.name, release)
        pinned = f"{wanted.name}=={good}"
        edits = wanted.replace(wanted.pin, good) if good and wanted.pin else ()
        if good and wanted.requirement.unbounded and wanted.form == "shell":
            edits = (Edit(wanted.span, f"'{pinned}'"),) if wanted.span.text == wanted.requirement.text else ()
        yield Fault(wanted.span, judgement, edits)


def _laid(subject: Subject, release: Release, wanted: PlacedRequirement) -> Iterator[Fault]:
    specifier = wanted.specifier or SpecifierSet()
    known = _known_break(release, wanted.name, specifier)
    own = needs(release, subject.target).get(wanted.name)
    if known:
        yield Fault(
            wanted.span,
            judge_break(
                subject, release, known, wanted.pin or str(specifier), "after TensorFlow pip installs"
            ),
        )
    elif own is not None and not possible(specifier, own):
        yield Fault(wanted.span, _outside(release, wanted, own))


def _known_break(release: Release, name: str, specifier: SpecifierSet) -> Break | None:
    rows = (row for row in breaks() if row.package == name and row.effect == "blocks")
    return next((row for row in rows if surely_breaks(row, release, specifier)), None)


def _outside(release: Release, wanted: PlacedRequirement, own: SpecifierSet) -> Judgement:
    return Judgement(
        "neighbours",
        Verdict.UNKNOWN,
        f"TensorFlow {release.version} admits {wanted.name}{own}, and {wanted.name}{wanted.specifier} is put in its "
        "place: pip warns and goes on, and what TensorFlow does then is not known",
        "dependency-conflict",
        f"ask for {wanted.name} within {own}",
        (source_of(f"tensorflow {release.version}", release),),
    )
