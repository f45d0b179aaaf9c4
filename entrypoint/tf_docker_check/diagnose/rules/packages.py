"""Which Python packages are installed, and which of them do not go together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof
from tf_docker_check.resources.tensorflow import tensorflow_distributions

_BOUNDS = re.compile(r"\s*(?:(?:[<>]=?|[=!~]=)\s*\d[0-9A-Za-z.*+!-]{0,30}\s*(?:,\s*|$)){1,8}")
_REFUSED_BY_PIP = "externally-managed-environment"
_SPECIAL = {
    "numpy": "numpy-abi",
    "protobuf": "protobuf-incompat",
    "keras": "keras-incompat",
    "tf-keras": "keras-incompat",
}


def packages(case: Case) -> Iterator[Proof]:
    """A Python closed to pip; TensorFlow absent, doubled or another; packages outside what it declares."""
    if case.facts.get("python.externally_managed") and _REFUSED_BY_PIP in case.text():
        yield Proof("python-env", f"{case.facts['python.externally_managed']} keeps pip out of that Python")
    found = case.facts.get("tensorflow.distributions")
    if not case.failed or not isinstance(found, dict):
        return
    words = ", ".join(f"{name} {version}" for name, version in found.items())
    if not found and case.did_fail("import"):
        where = case.facts.get("python.executable") or "the image's Python"
        yield Proof("python-env", f"no TensorFlow is installed for {where}")
    owners = case.facts.get("tensorflow.owners")
    if isinstance(owners, list) and len(owners) > 1:
        yield Proof("tf-overwritten", f"several distributions own the same tensorflow folder: {words}")
    elif found and _asked_for_another(case):
        yield Proof(
            "tf-overwritten", f"the cell asks for TensorFlow {case.asked.tensorflow}, the image has {words}"
        )
    if case.did_fail("import", "keras", "savedmodel", "matmul", "gradient"):
        yield from _outside_range(case.facts.get("requirements.broken"))


def _asked_for_another(case: Case) -> bool:
    return any(check.reason.startswith("asked for TensorFlow") for check in case.failed)


def _outside_range(broken: Any) -> Iterator[Proof]:  # noqa: ANN401 - a stranger's JSON
    rows = [row for row in broken if isinstance(row, Mapping)] if isinstance(broken, list) else []
    for row in rows:
        by, name, found = str(row.get("by")), str(row.get("name")), str(row.get("found") or "")
        if by in tensorflow_distributions() and found and name in _SPECIAL:
            wants = str(row.get("wants") or "")
            said = f"{by} wants {name}{wants}, installed is {found}"
            yield Proof(_SPECIAL[name], said, remedy=_within(by, name, wants))


def _within(by: str, name: str, wants: str) -> str:
    """What to do, by the bounds that the installed distribution *by* declares; empty where they are none."""
    if not _BOUNDS.fullmatch(wants):
        return ""
    return f"Install `{name}{wants.replace(' ', '')}`, the range that {by} declares, in the same command as {by}."
