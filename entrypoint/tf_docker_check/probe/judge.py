"""Judge checks outside the container: the requested TensorFlow, and GPUs that work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from packaging.version import InvalidVersion, Version

from tf_docker_check.model.number import parse_version
from tf_docker_check.model.observation import Check
from tf_docker_check.model.status import Status


def judge_check(check: Check, requested: str, before: Mapping[str, Check]) -> Check:
    """Return *check* judged by the *requested* TensorFlow version and by the checks *before* it, by name."""
    if check.name == "environment" and check.status is Status.PASSED:
        return _failed_if(check, _wrong_distribution(check, requested))
    if check.name == "import" and check.status is Status.PASSED:
        environment = before.get("environment")
        already_failed = environment is not None and environment.status is Status.FAILED
        return check if already_failed else _failed_if(check, _wrong_version(check, requested))
    if check.name == "gpu-static" and check.status is Status.FAILED:
        return _skip_if_gpu_works(check, before.get("gpu-matmul"))
    return check


def matches_requested(installed: str, requested: str) -> bool:
    """Return whether version *installed* is the one *requested*; True for versions that cannot be parsed.

    Post releases and local parts do not count: the TensorFlow of ``2.15.0.post1`` says 2.15.0.
    """
    if requested in ("", "latest"):
        return True
    try:
        have = parse_version(installed)
        if requested == "nightly":
            return have.dev is not None
        want = parse_version(requested)
    except InvalidVersion:
        return True
    length = max(len(have.release), len(want.release))
    return (_pad(have, length), have.pre, have.dev) == (_pad(want, length), want.pre, want.dev)


def _pad(version: Version, length: int) -> tuple[int, ...]:
    return version.release + (0,) * (length - len(version.release))


def _wrong_distribution(check: Check, requested: str) -> str:
    distributions = check.facts.get("tensorflow.distributions")
    if not isinstance(distributions, dict) or not distributions:
        return ""
    if any(matches_requested(str(version), requested) for version in distributions.values()):
        return ""
    words = ", ".join(f"{name} {version}" for name, version in distributions.items())
    return f"asked for TensorFlow {requested}, found {words}"


def _wrong_version(check: Check, requested: str) -> str:
    version = check.facts.get("tensorflow.version")
    if not isinstance(version, str) or matches_requested(version, requested):
        return ""
    return f"asked for TensorFlow {requested}, imported {version}"


def _failed_if(check: Check, reason: str) -> Check:
    return replace(check, status=Status.FAILED, reason=reason) if reason else check


def _skip_if_gpu_works(check: Check, on_gpu: Check | None) -> Check:
    """Skip a failed static check if the GPU computes."""
    if on_gpu is None or on_gpu.status is not Status.PASSED:
        return check
    return replace(check, status=Status.SKIPPED, reason=f"the GPU works all the same ({check.reason})")
