"""The images that a Dockerfile names, and a copy of it that names others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tf_docker_check.dockerfile.instructions import Instruction, Word
from tf_docker_check.dockerfile.parse import directives, parse_dockerfile
from tf_docker_check.dockerfile.stage import Stage, stage_named
from tf_docker_check.dockerfile.stages import DEFAULT_PLATFORM, read_stages

_FROM = re.compile(r"(?:^--|^--mount=[\"']?|[,\"'])from=[\"']?(?P<image>[^\"',]+)")


def external_images(
    text: str,
    build_args: Mapping[str, str] | None = None,
    *,
    platform: str = DEFAULT_PLATFORM,
    file: str = "Dockerfile",
) -> tuple[str, ...]:
    """Every image that FROM, COPY --from and RUN --mount=from= need from a registry, each once.

    Raises UsageError as `read_stages` does.
    """
    stages = read_stages(text, build_args, platform=platform, file=file)
    mentions = _mentions(parse_dockerfile(text, file), stages)
    return tuple(dict.fromkeys(image for _, _, image in mentions))


def frontend(text: str) -> str:
    """The image of ``# syntax=IMAGE``, which BuildKit pulls to read the rest; empty where none is named."""
    syntax = directives(text).get("syntax")
    return syntax.text.partition(" ")[0] if syntax else ""


def rewrite(
    text: str,
    images: Mapping[str, str],
    build_args: Mapping[str, str] | None = None,
    *,
    platform: str = DEFAULT_PLATFORM,
    file: str = "Dockerfile",
) -> str:
    """A copy of *text* in which each image of *images* is replaced; every other byte stays, and every line.

    The keys are what `external_images` and `frontend` return. Raises UsageError as `read_stages` does.
    """
    stages = read_stages(text, build_args, platform=platform, file=file)
    edits: dict[tuple[int, int], str] = {}
    for instruction, word, image in _mentions(parse_dockerfile(text, file), stages):
        if image in images:
            *broken, last = instruction.line.fragments(word)
            edits |= {**dict.fromkeys(broken, ""), last: images[image]}
    if reference := images.get(frontend(text)):
        start = directives(text)["syntax"].start
        edits[start, start + len(frontend(text))] = reference
    for (start, end), reference in sorted(edits.items(), reverse=True):
        text = text[:start] + reference + text[end:]
    return text


def _mentions(
    instructions: Sequence[Instruction], stages: Sequence[Stage]
) -> Iterator[tuple[Instruction, Word, str]]:
    """(instruction, reference as written, image) wherever an image of a registry is named."""
    remaining = iter(stages)
    for instruction in instructions:
        if instruction.keyword == "FROM":
            stage = next(remaining)
            if stage.parent is None and stage.image not in ("", "scratch"):
                yield instruction, instruction.words[0], stage.image
        elif instruction.keyword in ("COPY", "RUN"):
            for word in _from_flags(instruction):
                if _is_image(word.text) and not stage_named(stages, word.text):
                    yield instruction, word, word.text


def _is_image(reference: str) -> bool:
    """Not a stage's number, and nothing that BuildKit would refuse (it fills in no variables here)."""
    return reference != "scratch" and not reference.isdecimal() and "$" not in reference


def _from_flags(instruction: Instruction) -> Iterator[Word]:
    for flag in instruction.flags:
        if flag.text.startswith(("--from=", "--mount=")):
            for match in _FROM.finditer(instruction.line.written(flag)):
                yield instruction.line.within(flag, *match.span("image"))
