"""Resolve requirements with pip, from the index and its metadata only.

The requirements are untrusted and pip runs on this machine, so it gets nothing that it would build and
runs in an empty folder: in the project's it could import its `pip.py` or install its `x.zip`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from tf_docker_check.engine.scratch import scratch_folder
from tf_docker_check.model.config import BuildSettings
from tf_docker_check.model.redact import redact
from tf_docker_check.model.text import one_line
from tf_docker_check.requirements.requirement import parse_requirement
from tf_docker_check.resources.distributions import manylinux
from tf_docker_check.upstream.lock import LEFT_TO_BASE

SECONDS = 300.0
# `x===/../y`, `x.zip[a]`: pip looks for a file (is_archive_file) before it takes these for a name.
_PATH = re.compile(
    r"===[^;]*/|\.(?:zip|whl|t[bglx]z|tar(?:\.(?:gz|bz2|xz|lz|lzma))?)\s*(?:\[[^]]*\]\s*)?$", re.IGNORECASE
)
_MACHINES = {"linux/amd64": "x86_64", "linux/arm64": "aarch64"}


def resolve_with_pip(
    requirements: Sequence[str], python: str, platform: str, settings: BuildSettings
) -> tuple[Mapping[str, str], str]:
    """Return the versions, by normalized name, that pip would install for *python* and *platform*.

    On failure (no pip, no index, no solution) there are none, and the second value is the reason.
    """
    machine = _MACHINES.get(platform)
    if not machine or not python:
        return {}, f"cannot resolve requirements for {platform}, Python {python or 'unknown'}"
    if refused := list(filter(None, map(unresolvable_reason, requirements))):
        return {}, refused[0]
    try:
        done = _run_pip(pip_command(requirements, python, machine), settings)
    except (OSError, subprocess.TimeoutExpired) as error:
        return {}, one_line(f"cannot run pip: {error}")
    if done.returncode:
        return {}, one_line(
            f"pip cannot resolve the requirements: {done.stderr.decode(errors='replace').strip()[-200:]}"
        )
    return parse_report(done.stdout)


def unresolvable_reason(text: str) -> str:
    """Return why the requirement *text* is not passed to pip; empty if it can be resolved from an index."""
    requirement = parse_requirement(text)
    if requirement is None or requirement.mistake:
        why = requirement.mistake if requirement else "no package name"
        return one_line(f"not resolved: invalid requirement {redact(text, ())!r:.100}: {why}")
    if requirement.specifier is None:
        source = redact(text.partition("@")[2].strip(), ())
        return one_line(f"not resolved: {requirement.name} would be built from {source}")
    if _PATH.search(text.partition(";")[0]):  # a name and version to us, a path to pip
        return one_line(f"not resolved: pip would read {text!r:.100} as a path")
    return ""


def _run_pip(command: Sequence[str], settings: BuildSettings) -> subprocess.CompletedProcess[bytes]:
    """Run pip. Raises OSError or subprocess.TimeoutExpired."""
    with scratch_folder() as empty:
        return subprocess.run(
            command,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **_index(settings)},
            cwd=empty,
        )


def pip_command(requirements: Sequence[str], python: str, machine: str) -> list[str]:
    """Return the pip command that resolves *requirements* for another machine and prints a report."""
    tags = [option for tag in manylinux() for option in ("--platform", f"{tag}_{machine}")]
    quiet = ["--disable-pip-version-check", "--quiet", "--no-input"]
    dry = ["--dry-run", "--ignore-installed", "--report", "-", "--target", "unused"]
    target = ["--only-binary", ":all:", "--python-version", python, *tags]
    return [sys.executable, "-m", "pip", "install", *quiet, *dry, *target, "--", *requirements]


def _index(settings: BuildSettings) -> dict[str, str]:
    """Return the user's index as environment variables: its URL may contain a password."""
    given = {
        "PIP_INDEX_URL": settings.index_url,
        "PIP_EXTRA_INDEX_URL": " ".join(settings.extra_index_urls),
        "PIP_CERT": settings.ca_bundle and str(Path(settings.ca_bundle).absolute()),
    }
    return {name: value for name, value in given.items() if value}


def parse_report(report: bytes) -> tuple[Mapping[str, str], str]:
    """Return the versions in pip's installation report (format 1), without pip and its like."""
    try:
        rows = [
            (row["metadata"]["name"], row["metadata"]["version"]) for row in json.loads(report)["install"]
        ]
    except (ValueError, KeyError, TypeError):
        return {}, "cannot read pip's report"
    named = {canonicalize_name(str(name)): str(version) for name, version in rows}
    return {name: named[name] for name in sorted(named) if name not in LEFT_TO_BASE}, ""


def describe_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Describe each version that differs, such as ``numpy 2.3.1 → 2.3.2``."""
    return tuple(
        f"{name} {before.get(name, '–')} → {after.get(name, '–')}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def list_versions(package: str, settings: BuildSettings) -> tuple[str, ...]:
    """Return the versions of *package* in the index, newest first; empty on failure."""
    options = ["--json", "--disable-pip-version-check", "--no-input", "--quiet"]
    try:
        command = [sys.executable, "-m", "pip", "index", "versions", *options, "--", package]
        done = _run_pip(command, settings)
        versions = json.loads(done.stdout)["versions"]
        return tuple(map(str, versions))
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return ()
