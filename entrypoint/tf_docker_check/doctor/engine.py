"""The engine: its builder, its age, and what versions like it are known for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import Version

from tf_docker_check.doctor.advice import Advice, Level
from tf_docker_check.engine.about import About
from tf_docker_check.resources import runtime
from tf_docker_check.resources.rows import version

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:-?rc\.?[0-9]+)?")


def advice(about: About, today: str) -> Iterator[Advice]:
    """Yield advice on the engine."""
    info = about.info
    summary = f"{info.kind} {info.version} at {info.host} ({about.found_by}), API {about.api}"
    yield Advice(
        "engine", Level.FINE, f"{summary} (oldest client {about.min_api})" if about.min_api else summary
    )
    yield _builder(about)
    yield from _gates(about)
    if info.kind == "docker":
        yield from _age(about, today)
        yield from _limits(about)
    if not about.seccomp:
        yield Advice(
            "engine", Level.NOTE, "it runs containers without a seccomp profile: other hosts may refuse more"
        )
    if about.rootless:
        yield Advice(
            "engine", Level.NOTE, "it is rootless: memory and pids limits need cgroup v2 and delegation"
        )
    for warning in about.warnings:
        yield Advice("engine", Level.NOTE, f"it warns: {warning}")


def _builder(about: About) -> Advice:
    if about.info.builder == "classic":
        remedy = "" if about.info.kind == "podman" else "install buildx (Debian and Ubuntu: docker-buildx)"
        finding = (
            "no buildx: builds go through the engine's classic builder, without secrets and cache mounts"
        )
        return Advice(
            "builder", Level.NOTE if about.info.kind == "podman" else Level.WARNING, finding, remedy
        )
    if not about.info.named_contexts:
        finding = (
            f"{about.info.builder}; before engine 23, a fixed FROM is replaced in a copy of the Dockerfile"
        )
        return Advice("builder", Level.NOTE, finding)
    return Advice("builder", Level.FINE, about.info.builder)


def _gates(about: About) -> Iterator[Advice]:
    """Yield system calls that newer C libraries make and an old engine with an old runc denies."""
    engine, runc = parse_version(about.info.version), parse_version(about.runc)
    for gate in runtime.syscall_gates().values():
        old_engine = (
            not gate.engine or about.info.kind != "docker" or (engine and engine < version(gate.engine))
        )
        if old_engine and runc and runc < version(gate.runc):
            finding = (
                f"runc {about.runc} refuses {gate.id}, which glibc calls from {gate.glibc} on: {gate.says}"
            )
            yield Advice("engine", Level.WARNING, finding, gate.remedy)


def _age(about: About, today: str) -> Iterator[Advice]:
    have = parse_version(about.info.version)
    older = [row for row in runtime.engines() if row.end and have and version(row.version) <= have]
    newer = [row for row in runtime.engines() if have and version(row.version) > have]
    if older and newer and older[-1].end < today and have and _same_minor(have, version(older[-1].version)):
        finding = f"Docker {older[-1].version} has had no updates since {older[-1].end}"
        yield Advice("engine", Level.NOTE, finding, "update the engine when you can")


def _same_minor(one: Version, other: Version) -> bool:
    return one.release[:2] == other.release[:2]


def _limits(about: About) -> Iterator[Advice]:
    have, files = parse_version(about.info.version), runtime.limits()["open-files"]
    if have and have.major >= 29:
        finding = f"containers may open {files.default.split()[0]} files ({files.says})"
        yield Advice("engine", Level.NOTE, finding, f"for input pipelines over many files: {files.remedy}")


def parse_version(text: str) -> Version | None:
    """Parse the version in ``20.10.24+dfsg1`` or ``1.1.5+ds1``; None if there is none."""
    match = _NUMBER.match(text)
    return version(match[0]) if match else None
