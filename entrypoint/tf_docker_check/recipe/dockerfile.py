"""What a user's Dockerfile stands on, and a copy of it that stands on something else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tf_docker_check.errors import UsageError
from tf_docker_check.model.text import one_line
from tf_docker_check.recipe.arguments import declared, expand, filled, whole
from tf_docker_check.recipe.instructions import Instruction, directives, keyword, read

_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*'|["'])+""")


@dataclass(frozen=True)
class Stage:
    """One FROM. `line` counts from 1.

    `image` is the reference with its arguments filled in: an earlier stage's name, ``scratch``, or
    an image; empty where its argument has no value. `argument` is the global ARG that FROM consists
    of wholly, so that a build argument can put the stage on another image; else empty.
    """

    index: int
    name: str
    image: str
    line: int
    argument: str = ""


def parse(
    text: str,
    build_args: Mapping[str, str] | None = None,
    *,
    platform: str = "linux/amd64",
    file: str = "Dockerfile",
) -> tuple[Stage, ...]:
    """The stages of a Dockerfile, in order; at least one. *file* is its name in messages.

    Raises UsageError, with the line where there is one, where the text cannot be built.
    """
    return stages_of(read(text, file), build_args or {}, platform, file)


def base_stage(stages: Sequence[Stage], target: str = "") -> Stage:
    """The stage whose FROM names the image that *target* (empty: the last stage) stands on in the end.

    Raises UsageError where there is no such target.
    """
    stage = _targeted(stages, target) if target else stages[-1]
    while parent := _named(stages[: stage.index], stage.image):
        stage = parent
    return stage


def external_images(
    text: str,
    build_args: Mapping[str, str] | None = None,
    *,
    platform: str = "linux/amd64",
    file: str = "Dockerfile",
) -> tuple[str, ...]:
    """Every image that FROM, COPY --from and RUN --mount=from= need from a registry, each once.

    Raises UsageError as `parse` does.
    """
    instructions = read(text, file)
    stages = stages_of(instructions, build_args or {}, platform, file)
    return tuple(dict.fromkeys(image for _, _, image in _mentions(instructions, stages)))


def frontend(text: str) -> str:
    """The image of ``# syntax=IMAGE``, which BuildKit pulls to read the rest; empty where none is named."""
    return directives(text).get("syntax", "").partition(" ")[0]


def rewrite(
    text: str,
    images: Mapping[str, str],
    build_args: Mapping[str, str] | None = None,
    *,
    platform: str = "linux/amd64",
    file: str = "Dockerfile",
) -> str:
    """A copy of *text* in which each image of *images* is replaced; every other byte stays.

    The keys are what `external_images` and `frontend` said. Raises UsageError as `parse` does, and
    where a reference is broken over several lines.
    """
    instructions = read(text, file)
    stages = stages_of(instructions, build_args or {}, platform, file)
    spans = {
        span: images[image]
        for instruction, written, image in _mentions(instructions, stages)
        if image in images
        for span in _spans(text, instruction, written, file)
    }
    if reference := images.get(frontend(text)):
        spans[_frontend_span(text)] = reference
    for (start, end), reference in sorted(spans.items(), reverse=True):
        text = text[:start] + reference + text[end:]
    return text


def stages_of(
    instructions: Sequence[Instruction], build_args: Mapping[str, str], platform: str, file: str
) -> tuple[Stage, ...]:
    """As `parse`, from *instructions* that were read already."""
    first = next((each for each in instructions if keyword(each) != "ARG"), None)
    if first is None:
        raise UsageError(f"{file}: there is no FROM", remedy="name the image to start from with FROM")
    if keyword(first) != "FROM":
        raise UsageError(
            f"{file}:{first.start_line}: {keyword(first)} comes before the first FROM",
            remedy="only ARG may stand there; start with FROM",
        )
    defaults = declared(instructions)
    values = filled(defaults, build_args, platform)
    froms = [instruction for instruction in instructions if keyword(instruction) == "FROM"]
    return tuple(_stage(index, each, values, defaults, file) for index, each in enumerate(froms))


def _stage(
    index: int, instruction: Instruction, values: Mapping[str, str], known: Collection[str], file: str
) -> Stage:
    words = instruction.value
    if len(words) not in (1, 3) or (len(words) == 3 and words[1].upper() != "AS"):
        raise UsageError(
            f"{file}:{instruction.start_line}: FROM takes one image and, if you like, AS and a name",
            remedy="write FROM IMAGE or FROM IMAGE AS NAME",
        )
    name = words[2] if len(words) == 3 else ""
    argument = whole(words[0])
    image = expand(words[0], values)
    return Stage(index, name, image, instruction.start_line, argument if argument in known else "")


def _named(stages: Sequence[Stage], name: str) -> Stage | None:
    """The last of *stages* by that name; stage names know no case."""
    wanted = name.lower()
    return next((stage for stage in reversed(stages) if stage.name and stage.name.lower() == wanted), None)


def _targeted(stages: Sequence[Stage], target: str) -> Stage:
    if stage := _named(stages, target):
        return stage
    if target.isdecimal() and int(target) < len(stages):
        return stages[int(target)]
    names = ", ".join(stage.name for stage in stages if stage.name)
    raise UsageError(
        f"the Dockerfile has no stage {one_line(target)!r}",
        why=f"its stages are {one_line(names)}" if names else "none of its stages has a name",
        remedy="correct `target`",
    )


def _mentions(
    instructions: Sequence[Instruction], stages: Sequence[Stage]
) -> Iterator[tuple[Instruction, str, str]]:
    """(instruction, reference as written, image) wherever an image of a registry is named."""
    froms = iter(stages)
    for instruction in instructions:
        if keyword(instruction) == "FROM":
            stage = next(froms)
            if stage.image not in ("", "scratch") and not _named(stages[: stage.index], stage.image):
                yield instruction, instruction.value[0], stage.image
        elif keyword(instruction) in ("COPY", "RUN"):
            for written in _from_flags(instruction.flags):
                if _is_image(written) and not _named(stages, written):
                    yield instruction, written, written


def _is_image(reference: str) -> bool:
    """Not a stage's number, and nothing that BuildKit would refuse (it fills in no variables here)."""
    return bool(reference) and reference != "scratch" and not reference.isdecimal() and "$" not in reference


def _from_flags(flags: Sequence[str]) -> Iterator[str]:
    for flag in flags:
        key, _, value = flag.partition("=")
        if key == "--from":
            yield value
        elif key == "--mount":
            options = (option.strip('"') for option in value.split(","))
            yield from (option.removeprefix("from=") for option in options if option.startswith("from="))


def _spans(text: str, instruction: Instruction, written: str, file: str) -> list[tuple[int, int]]:
    """Where in *text* the *written* reference of *instruction* stands."""
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: instruction.start_line - 1])
    escape = directives(text).get("escape", "\\")
    region = _blanked(lines[instruction.start_line - 1 : instruction.end_line], escape)
    words = list(_WORD.finditer(region))[1:]
    flags, rest = words[: len(instruction.flags)], words[len(instruction.flags) :]
    if keyword(instruction) == "FROM":
        found = [word.span() for word in rest[:1] if word.group() == written]
    else:
        pattern = re.compile(rf"(?<=[-,=\"']from=)[\"']?({re.escape(written)})(?=[\"',]|\Z)")
        matches = (pattern.finditer(region, flag.start(), flag.end()) for flag in flags)
        found = [match.span(1) for each in matches for match in each]
    if not found:
        raise UsageError(
            f"{file}:{instruction.start_line}: the image {one_line(written)!r} is broken over lines "
            "or quoted oddly",
            remedy="write the reference in one piece",
        )
    return [(start + begin, start + end) for begin, end in found]


def _blanked(lines: Sequence[str], escape: str) -> str:
    """The lines with comments and continuation marks turned to blanks; every offset stays true."""
    mark = re.compile(re.escape(escape) + r"\s*$")
    return "\n".join(
        " " * len(line)
        if number and line.lstrip().startswith("#")
        else mark.sub(lambda match: " " * len(match.group()), line)
        for number, line in enumerate(lines)
    )


def _frontend_span(text: str) -> tuple[int, int]:
    match = re.search(rf"(?im)^\W*syntax\s*=\s*({re.escape(frontend(text))})", text)
    assert match
    return match.span(1)
