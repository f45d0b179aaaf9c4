"""Whether the host's processor has the instructions. What the build host has does not matter."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.hosts import Host
from tf_docker_check.resources.rows import source_of
from tf_docker_check.rules.subject import Subject

X86 = "x86_64"
_LEVELS = {"x86-64-v2": {"sse4_2"}, "x86-64-v3": {"avx2", "fma"}}
"""Of each level some flags that no processor below it has (x86-64 psABI)."""


def processor(subject: Subject, host: Host) -> Iterator[Judgement]:
    """Instructions that the image needs and the host lacks; nothing where its flags are not known."""
    if host.architecture != X86 or subject.architecture != X86 or not host.cpu:
        return
    if subject.release and "avx" not in host.cpu:
        yield Judgement(
            "avx",
            Verdict.FAILS,
            "TensorFlow's wheels need AVX, and this processor has none: exit 132, without a word",
            "cpu-instruction",
            "give the virtual machine a CPU model with AVX (host-passthrough)",
            (
                source_of(f"tensorflow {subject.release.version}", subject.release),
                source_of(f"host {host.name}", host),
            ),
        )
    distribution = subject.distribution
    if distribution and not _LEVELS.get(distribution.cpu_level, set()) <= set(host.cpu):
        name = f"{distribution.id} {distribution.version}"
        yield Judgement(
            "cpu-level",
            Verdict.FAILS,
            f"the programs of {name} itself need {distribution.cpu_level}, and this processor is older",
            "cpu-instruction",
            "use an older base image, or a newer CPU model",
            (source_of(f"distribution {name}", distribution), source_of(f"host {host.name}", host)),
        )
