"""What a user's Dockerfile says of the image that it builds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tf_docker_check.dockerfile.stage import Stage, target_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.model.config import Strategy
from tf_docker_check.model.prediction import Judgement
from tf_docker_check.rules.subject import Pip

_SYSTEM_PIP = re.compile(r"\bpy(thon)?3?-pip\b")
_OTHER_PIP = re.compile(
    r"venv|virtualenv|conda|mamba|\buv\b|break.system.packages|externally-managed|get-pip|pyenv|python3\.\d"
    r"|(-u|--upgrade) pip\b"
)


@dataclass(frozen=True)
class Written:
    """What was read of a user's Dockerfile.

    `strategy`: with the image and the requirements that it names; `pip`: what it installs with;
    `architecture`: of the image, where its FROM names one. `judgements`: what is known to go wrong.
    """

    strategy: Strategy
    pip: Pip = Pip.OWN
    architecture: str = ""
    judgements: tuple[Judgement, ...] = ()


def read_from_dockerfile(strategy: Strategy, text: str, platform: str) -> Written:
    """What the Dockerfile *text* of *strategy* says. UsageError as for a build."""
    user = strategy.dockerfile
    assert user is not None  # callers have one, or no text
    stages = read_stages(text, dict(user.build_args), platform=platform, file=user.path, target=user.target)
    return of_stage(strategy, target_stage(stages, user.target))


def of_stage(
    strategy: Strategy, stage: Stage, project: Sequence[str] = (), judgements: Sequence[Judgement] = ()
) -> Written:
    """What *stage*, which the Dockerfile of *strategy* builds, says.

    *project*: the requirement lines of files that it installs and that were not found.
    """
    placed = [
        (one.requirement, install) for install in stage.all_pip_installs for one in install.requirements
    ]
    from_files = () if any(one.brings_tensorflow for one, _ in placed) else project
    lines = [
        # Conda's packages are not PyPI's: what is known of versions there says nothing of them.
        f"{one.name} @ conda" if install.by_conda else str(one)
        for one, install in placed
        if one.brings_tensorflow or not one.unbounded
    ]
    base, shell = stage.root.image, stage.all_shell_text
    image = "" if base == "scratch" else base
    return Written(
        replace(strategy, image=image if not strategy.on else strategy.image, install=(*lines, *from_files)),
        Pip.SYSTEM if _SYSTEM_PIP.search(shell) and not _OTHER_PIP.search(shell) else Pip.OWN,
        stage.architecture,
        tuple(judgements),
    )
