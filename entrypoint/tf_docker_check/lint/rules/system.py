"""The operating system under TensorFlow: its age, its C library, its architecture."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.lint.issue import Remark
from tf_docker_check.lint.stage import base_of, follows_releases, holds_tensorflow, tensorflow_installs
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.rows import version
from tf_docker_check.resources.tensorflow import as_of

_APT = frozenset({"debian", "ubuntu"})


def ended(stage: Stage) -> Iterator[Remark]:
    """TFD013."""
    system = base_of(stage).distribution
    if system is None or system.id not in _APT or not stage.root.stands_on_image:
        return
    last = max(system.end, system.long_end)
    uses_apt = any(command.name in ("apt-get", "apt") for command in stage.commands)
    if uses_apt and last and last < as_of():
        yield Remark(
            stage.root.word,
            f"{stage.root.known_image} is {_named(system)}, which ended on {last}: there are no more "
            "fixes, and once its packages are moved to an archive `apt-get update` fails",
            "take an image on a newer release",
        )


def musl(stage: Stage) -> Iterator[Remark]:
    """TFD014."""
    if base_of(stage).musl and holds_tensorflow(stage):
        yield Remark(
            stage.root.word,
            f"{stage.root.known_image} has musl for a C library, and no TensorFlow wheel is made for it",
            "take a Debian-based image, such as the -slim one of the same Python",
        )


def glibc(stage: Stage) -> Iterator[Remark]:
    """TFD015."""
    system = base_of(stage).distribution
    for install in tensorflow_installs(stage) if system and system.glibc else ():
        wheel = install.release.wheels.get(stage.architecture) if install.release else None
        if not system or not wheel or not install.release or not follows_releases(install):
            continue
        if install.wanted.pin and version(system.glibc) < version(wheel.glibc):
            yield Remark(
                install.wanted.span,
                f"the wheel of TensorFlow {install.release.version} needs glibc {wheel.glibc}, "
                f"and {stage.root.known_image} ({_named(system)}) has {system.glibc}",
                "take a newer base image, or an older TensorFlow",
            )


def architecture(stage: Stage) -> Iterator[Remark]:
    """TFD016."""
    if stage.architecture == "x86_64":
        return
    if stage.stands_on_image and base_of(stage).family == "official":
        yield Remark(
            stage.word,
            "tensorflow/tensorflow has images for linux/amd64 only; on arm64 this one ends in "
            "`exec format error`",
            "take a python image and pip install tensorflow, which has wheels for arm64",
        )
    for install in tensorflow_installs(stage):
        if install.with_cuda and follows_releases(install):
            yield Remark(
                install.wanted.span,
                "TensorFlow's wheels for arm64 are built without CUDA: the extra brings libraries that "
                "nothing uses",
                "leave out [and-cuda]; for an NVIDIA GPU on arm64 there is only NVIDIA's own image",
                install.wanted.replace("[and-cuda]", ""),
            )


def _named(system: Distribution) -> str:
    name = {"debian": "Debian", "ubuntu": "Ubuntu"}.get(system.id, system.id)
    return f"{name} {system.version}" + (f" ({system.codename})" if system.codename else "")
