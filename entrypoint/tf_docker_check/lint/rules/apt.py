"""What apt installs, and whether it can."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Span, removed
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.resources.apt import AptPackage, apt_package
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.rules.stage import base_of


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
        others = len(names) > len(bad) and not command.json and "$" not in span.text
        yield Remark(span, reason, f"leave out {_package(word)}", (removed(span),) if others else ())


def _why_needless(name: str, package: AptPackage, system: Distribution | None) -> str:
    if package.kind == "own-cuda":
        return (
            f"{name} is the distribution's own CUDA, rarely the one that TensorFlow was built with; "
            "what fits comes with the image or with tensorflow[and-cuda]"
        )
    if package.kind != "unused" or (system and package.is_gone(system.id, system.version)):
        return ""
    effect = f": on {system.id} {system.version} it installs and changes nothing for it" if system else ""
    gone = " and ".join(f"{distribution} {release}" for distribution, release in package.gone.items())
    return f"TensorFlow does not use {name}{effect}" + (f"; from {gone} on there is none" if gone else "")


def _why_no_driver(name: str, package: AptPackage) -> str:
    if package.kind != "driver":
        return ""
    return (
        f"{name} puts files of the NVIDIA driver into the image, in the way of the host's own, which the "
        "container toolkit mounts at start"
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
