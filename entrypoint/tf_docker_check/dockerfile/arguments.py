"""The global arguments of a Dockerfile: those that FROM can see, and how they are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tf_docker_check.dockerfile.expand import BadSubstitutionError, expand
from tf_docker_check.dockerfile.instructions import Instruction

_SINGLE = re.compile(r"\"?\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-[^{}]*)?\})\"?")


def automatic_arguments(platform: str) -> dict[str, str]:
    """The arguments that BuildKit sets by itself, where FROM can use them."""
    system, _, rest = platform.partition("/")
    architecture, _, variant = rest.partition("/")
    parts = {"PLATFORM": platform, "OS": system, "ARCH": architecture, "VARIANT": variant}
    return {side + key: value for side in ("TARGET", "BUILD") for key, value in parts.items()}


def declared_arguments(instructions: Sequence[Instruction]) -> dict[str, str | None]:
    """The arguments declared before the first FROM with their defaults, which are not filled in."""
    defaults: dict[str, str | None] = {}
    for instruction in instructions:
        if instruction.keyword == "FROM":
            break
        for word in instruction.words if instruction.keyword == "ARG" else ():
            name, equals, default = word.text.partition("=")
            defaults[name] = default if equals else defaults.get(name)
    return defaults


def global_arguments(
    defaults: Mapping[str, str | None], given: Mapping[str, str], platform: str, escape: str
) -> dict[str, str]:
    """The values of *defaults*: what a build argument gives, else the default with the earlier ones in it."""
    values = automatic_arguments(platform)
    for name, default in defaults.items():
        if name in given:
            values[name] = given[name]
        elif default is not None and (value := expand_known(default, values, escape)) is not None:
            values[name] = value
    return values


def expand_known(
    word: str, values: Mapping[str, str], escape: str = "\\", *, quoting: bool = True
) -> str | None:
    """As `expand`, but None where a variable in *word* has no value, or where BuildKit refuses it."""
    try:
        text, unset = expand(word, values, escape, quoting=quoting)
    except BadSubstitutionError:
        return None
    return None if unset else text


def single_argument(word: str) -> str:
    """The name of the one argument that *word* consists of, such as ``BASE`` of ``${BASE:-debian}``."""
    match = _SINGLE.fullmatch(word)
    return match[1] or match[2] if match else ""
