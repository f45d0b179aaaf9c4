"""What a user's Dockerfile says of its image, as far as reading it tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from tf_docker_check.model.config import Strategy
from tf_docker_check.predict.subject import Pip
from tf_docker_check.recipe.arguments import expand
from tf_docker_check.recipe.dockerfile import base_stage, parse
from tf_docker_check.recipe.instructions import Instruction, keyword, read
from tf_docker_check.requirements.requirement import tensorflow_requirements

_BETWEEN = re.compile(r"[\s;&|]+")
_PINNED = re.compile(r"[A-Za-z0-9][\w.-]*(\[[\w,.-]*\])?([=<>!~]=|[<>]).+")
_FILE = re.compile(r"(^|\s)(-r|--requirement)[\s=]?\S+\.txt\b")
_SYSTEM_PIP = re.compile(r"\bpy(thon)?3?-pip\b")
_OTHER_PIP = re.compile(
    r"venv|virtualenv|conda|mamba|\buv\b|break.system.packages|EXTERNALLY-MANAGED|get-pip|pyenv|python3\.[0-9]"
    r"|(-U|--upgrade) pip\b",
    re.IGNORECASE,
)


@cache
def as_written(
    strategy: Strategy, text: str, platform: str, project: tuple[str, ...] = ()
) -> tuple[Strategy, Pip]:
    """*strategy* with the image and the requirements that its Dockerfile, *text*, names; and its pip.

    *project*: the requirement lines that ``pip install -r`` stands for. UsageError as for a build.
    """
    user = strategy.dockerfile
    assert user is not None  # callers have one, or no text
    given = dict(user.build_args)
    stage = base_stage(parse(text, given, platform=platform, file=user.path), user.target)
    words = tuple(_words(read(text, user.path), given))
    from_file = project if _FILE.search(text) and not tensorflow_requirements(words) else ()
    image = strategy.image if strategy.on else "" if stage.image == "scratch" else stage.image
    pip = Pip.SYSTEM if _SYSTEM_PIP.search(text) and not _OTHER_PIP.search(text) else Pip.OWN
    return replace(strategy, image=image, install=(*words, *from_file)), pip


def _words(instructions: Sequence[Instruction], given: Mapping[str, str]) -> Iterator[str]:
    """The words of RUN lines that install which are requirements, their variables filled in."""
    values: dict[str, str] = {}
    for instruction in instructions:
        if keyword(instruction) in {"ARG", "ENV"}:
            values |= _values(instruction, given)
        elif keyword(instruction) == "RUN":
            texts = (*instruction.value, *(each.content for each in instruction.heredocs))
            words = [expand(word, values) for word in _BETWEEN.split(" ".join(texts))]
            found = words if "install" in words else []
            yield from (word for word in found if _PINNED.fullmatch(word) or tensorflow_requirements([word]))


def _values(instruction: Instruction, given: Mapping[str, str]) -> dict[str, str]:
    if keyword(instruction) == "ENV":
        pairs = zip(instruction.value[::2], instruction.value[1::2], strict=False)
        return {name: value.strip("\"'") for name, value in pairs}
    defaults = (word.strip("\"'").partition("=") for word in instruction.value)
    return {name: given.get(name, default) for name, equals, default in defaults if equals or name in given}
