"""Whether the image's C and C++ libraries have the symbol versions that TensorFlow asks for."""

from __future__ import annotations

from collections.abc import Iterator

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.rules.subject import Subject

_FAMILIES = {"glibc": "glibc-too-old", "glibcxx": "libstdcxx-too-old", "cxxabi": "libstdcxx-too-old"}


def symbols(subject: Subject) -> Iterator[Judgement]:
    """A version that is too old. TensorFlow's own needs are modest: other wheels ask for more."""
    distribution, release = subject.distribution, subject.release
    if distribution is None or release is None:
        return
    for family, cause in _FAMILIES.items():
        needed, available = release.symbols.get(family, ""), getattr(distribution, family)
        if needed and available and version(available) < version(needed):
            name = f"{distribution.id} {distribution.version}"
            yield Judgement(
                "symbols",
                Verdict.FAILS,
                f"TensorFlow {release.version} asks for {family.upper()}_{needed}, and {name} has {available}",
                cause,
                "use a newer base image",
                (
                    source_of(f"distribution {name}", distribution),
                    source_of(f"tensorflow {release.version}", release),
                ),
            )
            return
