"""What apt installs, and whether it can."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.shell import Command, Word
from tf_docker_check.lint.source import Edit, Span, removed
from tf_docker_check.lint.stage import Stage
from tf_docker_check.matrix.installs import official_version
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import by_version

OLD_KEY, NEW_KEY, ROTATED = "7fa2af80", "3bf863cc", "2022-04-27"
"""NVIDIA's signing key of the CUDA repository, its successor, and the day the one replaced the other."""

_MENDED = re.compile(rf"{NEW_KEY}|cuda-keyring|sources\.list\.d|A4B469963BF863CC", re.IGNORECASE)
_CURSES = frozenset({"libncurses5", "libncursesw5", "libtinfo5"})
_CURSES_GONE = {"debian": "13", "ubuntu": "24.04"}  # from these releases on
_DRIVER = re.compile(
    r"nvidia-(?:driver|utils|headless|dkms|kernel|open)\b.*|libnvidia-(?:compute|gl|cfg|extra|decode|encode)\b.*"
    r"|libcuda1|cuda-drivers.*"
)


def rotated_key(stage: Stage) -> Iterator[Remark]:
    """TFD040."""
    for command in stage.commands:
        for word in command.words:
            if OLD_KEY in word.text.lower() and "/repos/" in word.text:
                span = Span(stage.source, word.start, word.end)
                new = re.sub(OLD_KEY, NEW_KEY, span.text, flags=re.IGNORECASE)
                yield Remark(
                    span,
                    f"NVIDIA withdrew the key {OLD_KEY} of its CUDA repository on {ROTATED}: "
                    "`apt-get update` fails with NO_PUBKEY",
                    f"fetch {NEW_KEY} (or install cuda-keyring) instead",
                    (Edit(span, new),),
                )
    yield from _stale_list(stage)


def needless(stage: Stage) -> Iterator[Remark]:
    """TFD041."""
    for command in stage.commands:
        yield from _left_out(stage, command, lambda name: _why_needless(name, stage.base.distribution))


def driver(stage: Stage) -> Iterator[Remark]:
    """TFD042."""
    for command in stage.commands:
        yield from _left_out(stage, command, _why_no_driver)


def _left_out(stage: Stage, command: Command, why: Callable[[str], str]) -> Iterator[Remark]:
    """A remark for each package of *command* of which *why* tells why it should not be there."""
    names = _packages(command)
    bad = [(word, reason) for word in names if (reason := why(_package(word)))]
    for word, reason in bad:
        span = Span(stage.source, word.start, word.end)
        others = len(names) > len(bad) and not command.json
        yield Remark(span, reason, f"leave out {_package(word)}", (removed(span),) if others else ())


def _why_needless(name: str, system: Distribution | None) -> str:
    if name == "nvidia-cuda-toolkit":
        return (
            f"{name} is the distribution's own CUDA, rarely the one that TensorFlow was built with; "
            "what fits comes with the image or with tensorflow[and-cuda]"
        )
    if name not in _CURSES:
        return ""
    gone = (
        f", and {system.id} {system.version} does not have it any more" if system and _is_gone(system) else ""
    )
    return f"TensorFlow does not use {name}{gone}"


def _why_no_driver(name: str) -> str:
    if not _DRIVER.fullmatch(name):
        return ""
    return (
        f"{name} puts files of the NVIDIA driver into the image, in the way of the host's own, which the "
        "container toolkit mounts at start"
    )


def _is_gone(system: Distribution) -> bool:
    first = _CURSES_GONE.get(system.id)
    return first is not None and (system.version == "testing" or version(system.version) >= version(first))


def _stale_list(stage: Stage) -> Iterator[Remark]:
    """``apt-get update`` on an official GPU image that was built before the key was replaced."""
    release = by_version().get(official_version(stage.root.image))
    if not release or not stage.base.gpu or release.date >= ROTATED:
        return
    for step in stage.all_steps:
        for command in step.commands:
            if _MENDED.search(" ".join(command.texts)):
                return
            if command.name in ("apt-get", "apt") and "update" in command.texts:
                if any(step is own for own in stage.steps):
                    yield _fails(stage, command)
                return


def _fails(stage: Stage, command: Command) -> Remark:
    span = Span(stage.source, command.words[0].start, command.words[-1].end)
    lists = "/etc/apt/sources.list.d"
    fix = f"rm -f {lists}/cuda.list {lists}/nvidia-ml.list && "
    needs_cuda = re.search(r"cuda|cudnn|nvidia|libnv|nccl", stage.said)
    return Remark(
        span,
        f"{stage.root.image} was built before NVIDIA replaced its apt key on {ROTATED}: this fails with "
        "NO_PUBKEY A4B469963BF863CC",
        "before it, fetch the new key, or remove the lists of NVIDIA's repository if nothing is needed of it",
        () if needs_cuda or command.json else (Edit(Span(stage.source, span.start, span.start), fix),),
    )


def _packages(command: Command) -> list[Word]:
    """What ``apt-get install`` is asked for."""
    if command.name not in ("apt-get", "apt", "aptitude") or "install" not in command.texts:
        return []
    after = command.words[command.texts.index("install") + 1 :]
    return [word for word in after if not word.text.startswith("-")]


def _package(word: Word) -> str:
    """Its name, without version and architecture."""
    return re.split(r"[=:/]", word.text, maxsplit=1)[0]
