"""What a user's Dockerfile says of the image that it builds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tf_docker_check.dockerfile.stage import Stage, target_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.model.config import Strategy
from tf_docker_check.model.prediction import Judgement
from tf_docker_check.model.unread import Unread
from tf_docker_check.rules.cuda import as_changed
from tf_docker_check.rules.intent import intent_of
from tf_docker_check.rules.stage import pip_of
from tf_docker_check.rules.subject import CudaFrom, Pip, Subject

_WITHOUT_CUDA = frozenset({"python", "distribution"})
_CUDA = re.compile(r"cuda|nvidia|cudnn|conda|mamba")


@dataclass(frozen=True)
class Written:
    """What was read of a user's Dockerfile.

    `strategy`: with the image and the requirements that it names; `pip`: what it installs with;
    `stage`: what is built; `judgements`: what lint says of it. `as_workers`: its programs are run as
    two workers.
    """

    strategy: Strategy
    pip: Pip
    stage: Stage
    judgements: tuple[Judgement, ...] = ()
    as_workers: bool = False

    def complete(self, subject: Subject) -> Subject:
        """*subject* with what the commands and variables of the Dockerfile change, and what was not understood."""
        base, shell, cuda_from = subject.base, self.stage.all_shell_text, subject.cuda_from
        if cuda_from is CudaFrom.IMAGE and "cudnn" in shell:
            cuda_from = CudaFrom.UNKNOWN
        elif cuda_from is CudaFrom.UNKNOWN and base.family in _WITHOUT_CUDA and not _CUDA.search(shell):
            cuda_from = CudaFrom.NOWHERE
        return replace(
            subject,
            base=replace(base, cuda=as_changed(base.cuda, shell)),
            cuda_from=cuda_from,
            environment=self.stage.environment,
            programs=self.stage.programs,
            as_workers=self.as_workers,
            unread=(*self.stage.all_unread, *_elsewhere(self.stage)),
        )


def read_from_dockerfile(
    strategy: Strategy, text: str, platform: str, project: Sequence[str] = ()
) -> Written:
    """What the Dockerfile *text* of *strategy* says, of which no other file is at hand. UsageError as for a build."""
    user = strategy.dockerfile
    assert user is not None  # callers have one, or no text
    stages = read_stages(text, dict(user.build_args), platform=platform, file=user.path, target=user.target)
    stage = target_stage(stages, user.target)
    return of_stage(strategy, stage, project if stage.all_unread else ())


def of_stage(
    strategy: Strategy,
    stage: Stage,
    project: Sequence[str] = (),
    judgements: Sequence[Judgement] = (),
    *,
    as_workers: bool = False,
) -> Written:
    """What *stage*, which the Dockerfile of *strategy* builds, says.

    *project*: the requirement lines of files that it installs and that were not found.
    """
    placed = [
        (one.requirement, install) for install in stage.all_pip_installs for one in install.requirements
    ]
    from_files = () if any(one.brings_tensorflow for one, _ in placed) else project
    lines = [
        # What is known of the versions on PyPI says nothing of other places.
        f"{one.name} @ elsewhere" if install.foreign else str(one)
        for one, install in placed
        if one.brings_tensorflow or not one.unbounded
    ]
    base = stage.root.image
    image = "" if base == "scratch" else base
    if strategy.gpu is None:
        strategy = replace(strategy, gpu=intent_of(stage, own_base=not strategy.on).meant)
    return Written(
        replace(strategy, image=strategy.image if strategy.on else image, install=(*lines, *from_files)),
        pip_of(stage),
        stage,
        tuple(judgements),
        as_workers,
    )


def _elsewhere(stage: Stage) -> Iterator[Unread]:
    """The commands that install TensorFlow from another place than PyPI."""
    for install in stage.all_pip_installs:
        if install.foreign and install.tensorflows:
            where = "conda" if install.by_conda else "another package index or for another platform"
            line, _ = install.span.begins
            name = install.tensorflows[0].name
            yield Unread(install.span.source.name, line, f"{name} is installed from {where}")
