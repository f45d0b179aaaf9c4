"""What the host makes of a rung that the probe itself is content with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from packaging.version import InvalidVersion, Version

from tf_docker_check.model.number import parse_version
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status


def judged(check: Check, asked: str, before: Mapping[str, Check]) -> Check:
    """*check* in the light of the TensorFlow *asked* for and of the checks *before* it, by name."""
    if check.name == "environment" and check.status is Status.PASSED:
        return _refuse(check, _wrong_distribution(check, asked))
    if check.name == "import" and check.status is Status.PASSED:
        environment = before.get("environment")
        told = environment is not None and environment.status is Status.FAILED
        return check if told else _refuse(check, _wrong_version(check, asked))
    if check.name == "gpu-static" and check.status is Status.FAILED:
        return _moot(check, before.get("gpu-matmul"))
    return check


def is_asked(found: str, asked: str) -> bool:
    """Whether version *found* is the one *asked* for. What cannot be read is not held against it.

    Post releases and local parts do not count: the TensorFlow of ``2.15.0.post1`` says 2.15.0.
    """
    if asked in ("", "latest"):
        return True
    try:
        have = parse_version(found)
        if asked == "nightly":
            return have.dev is not None
        want = parse_version(asked)
    except InvalidVersion:
        return True
    length = max(len(have.release), len(want.release))
    return (_padded(have, length), have.pre, have.dev) == (_padded(want, length), want.pre, want.dev)


def _padded(version: Version, length: int) -> tuple[int, ...]:
    return version.release + (0,) * (length - len(version.release))


def _wrong_distribution(check: Check, asked: str) -> str:
    found = check.facts.get("tensorflow.distributions")
    if not isinstance(found, dict) or not found:
        return ""
    if any(is_asked(str(version), asked) for version in found.values()):
        return ""
    words = ", ".join(f"{name} {version}" for name, version in found.items())
    return f"asked for TensorFlow {asked}, found {words}"


def _wrong_version(check: Check, asked: str) -> str:
    found = check.facts.get("tensorflow.version")
    if not isinstance(found, str) or is_asked(found, asked):
        return ""
    return f"asked for TensorFlow {asked}, imported {found}"


def _refuse(check: Check, reason: str) -> Check:
    return replace(check, status=Status.FAILED, reason=reason) if reason else check


def _moot(check: Check, on_gpu: Check | None) -> Check:
    """A GPU that computes outranks what was concluded without one."""
    if on_gpu is None or on_gpu.status is not Status.PASSED:
        return check
    return replace(check, status=Status.SKIPPED, reason=f"the GPU works all the same ({check.reason})")
