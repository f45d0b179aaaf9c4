"""The operating system under TensorFlow: its age, its C library, its architecture."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import of_installs, remarks
from tf_docker_check.resources.distributions import Distribution, python_ends
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import as_of
from tf_docker_check.rules.cuda import judge_build
from tf_docker_check.rules.published import judge_platform
from tf_docker_check.rules.stage import (
    all_tensorflow_installs,
    base_of,
    follows_releases,
    subject_of,
    tensorflow_installs,
)
from tf_docker_check.rules.wheels import judge_glibc, judge_musl

_APT = frozenset({"debian", "ubuntu"})


def ended(stage: Stage) -> Iterator[Remark]:
    """TFD013."""
    system = base_of(stage).distribution
    if system is None or system.id not in _APT or system.archive or not stage.root.stands_on_image:
        return
    last = max(system.end, system.long_end)
    uses_apt = any(command.name in ("apt-get", "apt") for command in stage.commands)
    if uses_apt and last and last < as_of():
        yield Remark(
            stage.root.word,
            f"{stage.root.known_image} is {_named(system)}, which ended on {last}: apt goes on to "
            "work, and there are no more fixes",
            "take an image on a newer release",
        )


def ended_python(stage: Stage) -> Iterator[Remark]:
    """TFD064."""
    base = base_of(stage)
    row = python_ends().get(base.python)
    oldest = next(iter(python_ends()))
    ended_on = row.end if row else ""
    older = bool(base.python) and version(base.python) < version(oldest)
    floats = any(
        not (one.pin or one.requirement.capped) for run in stage.all_pip_installs for one in run.requirements
    )
    if floats and stage.root.stands_on_image and (older or (ended_on and ended_on < as_of())):
        when = f" on {ended_on}" if ended_on else ""
        yield Remark(
            stage.root.word,
            f"the Python {base.python} of {stage.root.known_image} ended{when}: of what is "
            "not pinned pip takes the last version that knows it, or none",
            "take an image with a newer Python, or pin what is installed",
        )


def musl(stage: Stage) -> Iterator[Remark]:
    """TFD014."""
    return remarks(stage.root.word, judge_musl(subject_of(stage, *all_tensorflow_installs(stage))))


def glibc(stage: Stage) -> Iterator[Remark]:
    """TFD015."""
    return of_installs(stage, judge_glibc)


def architecture(stage: Stage) -> Iterator[Remark]:
    """TFD016."""
    if stage.architecture == "x86_64":
        return
    if stage.stands_on_image:
        yield from remarks(stage.word, judge_platform(subject_of(stage)))
    for install in tensorflow_installs(stage):
        if install.with_cuda and follows_releases(install):
            edit = install.wanted.replace("[and-cuda]", "")
            yield from remarks(install.wanted.span, judge_build(subject_of(stage, install)), edit)


def _named(system: Distribution) -> str:
    name = {"debian": "Debian", "ubuntu": "Ubuntu"}.get(system.id, system.id)
    return f"{name} {system.version}" + (f" ({system.codename})" if system.codename else "")
