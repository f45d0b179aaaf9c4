"""ARG, as far as FROM can see it: the global arguments and how they are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tf_docker_check.recipe.instructions import Instruction, keyword

_VARIABLE = re.compile(
    r"(?<!\\)\$(?:(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<form>:?[-+?])(?P<word>[^${}]*))?\})"
)
_WHOLE = re.compile(r"\"?\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-[^{}]*)?\})\"?")
_DEEPEST = 10  # variables within defaults within defaults
_LONGEST = 4096  # characters; no image reference is as long


def automatic(platform: str) -> dict[str, str]:
    """The arguments that BuildKit sets by itself, where FROM can use them."""
    system, _, rest = platform.partition("/")
    architecture, _, variant = rest.partition("/")
    parts = {"PLATFORM": platform, "OS": system, "ARCH": architecture, "VARIANT": variant}
    return {side + key: value for side in ("TARGET", "BUILD") for key, value in parts.items()}


def declared(instructions: Sequence[Instruction]) -> dict[str, str | None]:
    """The arguments declared before the first FROM and their defaults, not filled in."""
    defaults: dict[str, str | None] = {}
    for instruction in instructions:
        if keyword(instruction) == "FROM":
            break
        for word in instruction.value if keyword(instruction) == "ARG" else ():
            name, given, default = word.strip("\"'").partition("=")
            defaults[name] = default if given else defaults.get(name)
    return defaults


def filled(defaults: Mapping[str, str | None], given: Mapping[str, str], platform: str) -> dict[str, str]:
    """The values of *defaults*: what a build argument gave, else the default with the earlier ones in it."""
    values = automatic(platform)
    for name, default in defaults.items():
        if name in given:
            values[name] = given[name]
        elif default is not None:
            values[name] = expand(default, values)
    return values


def expand(word: str, values: Mapping[str, str]) -> str:
    """*word* with its variables filled in, innermost first, and without its quotes."""

    def fill(match: re.Match[str]) -> str:
        value = values.get(match["plain"] or match["name"])
        form, other = match["form"] or "", match["word"] or ""
        there = bool(value) if form.startswith(":") else value is not None
        if form.endswith("+"):
            return other if there else ""
        return value or "" if there else other if form.endswith("-") else ""

    for _ in range(_DEEPEST):
        word, before = _VARIABLE.sub(fill, word)[:_LONGEST], word
        if word == before:
            break
    return word.replace('"', "").replace("'", "")


def whole(word: str) -> str:
    """The name of the one argument that *word* consists of, such as ``BASE`` of ``${BASE:-debian}``."""
    match = _WHOLE.fullmatch(word)
    return match[1] or match[2] if match else ""
