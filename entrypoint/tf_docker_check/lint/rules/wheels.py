"""Rules: whether pip finds a wheel for each requirement, and may install it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.dockerfile.source import Edit
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import of_installs, remarks
from tf_docker_check.resources.rows import version
from tf_docker_check.rules.extra import good_extra
from tf_docker_check.rules.pip import judge_managed, judge_old_pip
from tf_docker_check.rules.stage import Install, base_of, pip_of, subject_of, tensorflow_installs
from tf_docker_check.rules.subject import Pip
from tf_docker_check.rules.wheels import judge_name, judge_wheel

_NO_SYSTEM_PIP = ("venv", "virtualenv", "conda", "externally-managed")


def no_wheel(stage: Stage) -> Iterator[Remark]:
    """TFD020."""
    return of_installs(stage, judge_wheel)


def removed(stage: Stage) -> Iterator[Remark]:
    """TFD023."""
    return of_installs(stage, judge_name, _edits)


def managed(stage: Stage) -> Iterator[Remark]:
    """TFD025."""
    system = base_of(stage).distribution
    if (
        system is None
        or not system.externally_managed
        or base_of(stage).family not in ("cuda", "distribution")
    ):
        return
    if "PIP_BREAK_SYSTEM_PACKAGES" in stage.environment or any(
        word in stage.all_shell_text for word in _NO_SYSTEM_PIP
    ):
        return
    run = next((run for run in stage.pip_installs if run.managed and run.python == system.python), None)
    if run:
        yield from remarks(run.span, judge_managed(subject_of(stage)))


def old_pip(stage: Stage) -> Iterator[Remark]:
    """TFD018."""
    if base_of(stage).family in ("cuda", "distribution") and pip_of(stage) is Pip.SYSTEM:
        for install in tensorflow_installs(stage):
            if install.run.managed and not install.run.foreign:
                yield from remarks(install.run.span, judge_old_pip(subject_of(stage, install)))


def unpinned(stage: Stage) -> Iterator[Remark]:
    """TFD063."""
    for install in tensorflow_installs(stage) if not base_of(stage).has_tensorflow else ():
        release, name = install.release, install.wanted.name
        if not release or install.run.foreign or not install.wanted.requirement.unbounded:
            continue
        good = good_extra(release, install.python) if install.with_cuda else release
        yield Remark(
            install.wanted.span,
            f"no version of {name} is asked for: today pip takes {release.version}, and a later build another",
            f"ask for the version that you tested, such as {name}=={(good or release).version}",
        )


def _edits(install: Install) -> tuple[Edit, ...]:
    """The same release under its present name, where that gives what was meant."""
    release, written = install.release, install.wanted.span.text
    if not release or install.wanted.name != "tensorflow-gpu" or release.parsed < version("2.12"):
        return ()
    extra = release.and_cuda
    if extra and (extra.missing or (install.python or release.pythons[-1]) not in extra.pythons):
        return ()
    name = "tensorflow[and-cuda]" if extra else "tensorflow"
    return (Edit(install.wanted.span, re.sub(r"tensorflow[-_]gpu", name, written, flags=re.IGNORECASE)),)
