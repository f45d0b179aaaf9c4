"""What apt installs, and whether it can."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Edit, Span, removed
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import base_of, remarks
from tf_docker_check.resources.apt import AptPackage, apt_package, cuda_key
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.tensorflow import by_version
from tf_docker_check.rules.apt import judge_key


def rotated_key(stage: Stage) -> Iterator[Remark]:
    """TFD040."""
    key = cuda_key()
    for command in stage.commands:
        for word in command.words:
            if key.old in word.text.lower() and "/repos/" in word.text:
                span = Span(stage.source, word.start, word.end)
                new = re.sub(key.old, key.new, span.text, flags=re.IGNORECASE)
                judgement = judge_key(
                    f"NVIDIA withdrew the key {key.old} of its CUDA repository on {key.date}: "
                    "`apt-get update` fails with NO_PUBKEY",
                    f"fetch {key.new} (or install cuda-keyring) instead",
                )
                yield from remarks(span, (judgement,), (Edit(span, new),))
    yield from _stale_list(stage)


def needless(stage: Stage) -> Iterator[Remark]:
    """TFD041."""
    for command in stage.commands:
        yield from _left_out(
            stage, command, lambda name, row: _why_needless(name, row, base_of(stage).distribution)
        )


def driver(stage: Stage) -> Iterator[Remark]:
    """TFD042."""
    for command in stage.commands:
        yield from _left_out(stage, command, _why_no_driver)


def _left_out(stage: Stage, command: Command, why: Callable[[str, AptPackage], str]) -> Iterator[Remark]:
    """A remark for each known package of *command* of which *why* tells why it should not be there."""
    names = _packages(command)
    known = [(word, row) for word in names if (row := apt_package(_package(word)))]
    bad = [(word, reason) for word, row in known if (reason := why(_package(word), row))]
    for word, reason in bad:
        span = Span(stage.source, word.start, word.end)
        others = len(names) > len(bad) and not command.json
        yield Remark(span, reason, f"leave out {_package(word)}", (removed(span),) if others else ())


def _why_needless(name: str, package: AptPackage, system: Distribution | None) -> str:
    if package.kind == "own-cuda":
        return (
            f"{name} is the distribution's own CUDA, rarely the one that TensorFlow was built with; "
            "what fits comes with the image or with tensorflow[and-cuda]"
        )
    if package.kind != "unused":
        return ""
    gone = ""
    if system and package.is_gone(system.id, system.version):
        gone = f", and {system.id} {system.version} does not have it any more"
    return f"TensorFlow does not use {name}{gone}"


def _why_no_driver(name: str, package: AptPackage) -> str:
    if package.kind != "driver":
        return ""
    return (
        f"{name} puts files of the NVIDIA driver into the image, in the way of the host's own, which the "
        "container toolkit mounts at start"
    )


def _stale_list(stage: Stage) -> Iterator[Remark]:
    """``apt-get update`` on an official GPU image that was built before the key was replaced."""
    release = by_version().get(base_of(stage).promised_tensorflow)
    if not release or not base_of(stage).gpu or release.date >= cuda_key().date:
        return
    for step in stage.all_steps:
        for command in step.commands:
            if _mends(" ".join(command.texts).lower()):
                return
            if command.name in ("apt-get", "apt") and "update" in command.texts:
                if any(step is own for own in stage.steps):
                    yield from _fails(stage, command)
                return


def _mends(command: str) -> bool:
    """Whether a command installs the new key, or removes the list that needs it."""
    key = cuda_key()
    return any(word in command for word in (key.new, key.id.lower(), "cuda-keyring", "sources.list.d"))


def _fails(stage: Stage, command: Command) -> Iterator[Remark]:
    span = Span(stage.source, command.words[0].start, command.words[-1].end)
    lists = "/etc/apt/sources.list.d"
    fix = f"rm -f {lists}/cuda.list {lists}/nvidia-ml.list && "
    needs_cuda = re.search(r"cuda|cudnn|nvidia|libnv|nccl", stage.all_shell_text)
    judgement = judge_key(
        f"{stage.root.known_image} was built before NVIDIA replaced its apt key on {cuda_key().date}: "
        f"`apt-get update` fails with NO_PUBKEY {cuda_key().id}",
        "before it, fetch the new key, or remove the lists of NVIDIA's repository if nothing is needed of it",
    )
    edits = () if needs_cuda or command.json else (Edit(Span(stage.source, span.start, span.start), fix),)
    yield from remarks(span, (judgement,), edits)


def _packages(command: Command) -> list[Word]:
    """What ``apt-get install`` is asked for."""
    if command.name not in ("apt-get", "apt", "aptitude") or "install" not in command.texts:
        return []
    after = command.words[command.texts.index("install") + 1 :]
    return [word for word in after if not word.text.startswith("-")]


def _package(word: Word) -> str:
    """Its name, without version and architecture."""
    return re.split(r"[=:/]", word.text, maxsplit=1)[0]
