"""The installed Python packages, and conflicts between them."""

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
    """Prove a Python closed to pip, a missing, doubled or other TensorFlow, and packages out of range."""
    if case.facts.get("python.externally_managed") and _REFUSED_BY_PIP in case.text():
        yield Proof("python-env", f"{case.facts['python.externally_managed']} keeps pip out of that Python")
    distributions = case.facts.get("tensorflow.distributions")
    if not case.failed or not isinstance(distributions, dict):
        return
    words = ", ".join(f"{name} {version}" for name, version in distributions.items())
    if not distributions and case.did_fail("import"):
        where = case.facts.get("python.executable") or "the image's Python"
        yield Proof("python-env", f"no TensorFlow is installed for {where}")
    owners = case.facts.get("tensorflow.owners")
    if isinstance(owners, list) and len(owners) > 1:
        yield Proof("tf-overwritten", f"several distributions own the same tensorflow folder: {words}")
    elif distributions and _asked_for_another(case):
        yield Proof(
            "tf-overwritten", f"the cell asks for TensorFlow {case.cell.tensorflow}, the image has {words}"
        )
    if case.did_fail("import", "keras", "savedmodel", "matmul", "gradient"):
        yield from _outside_range(case.facts.get("requirements.broken"))


def _asked_for_another(case: Case) -> bool:
    return any(check.reason.startswith("asked for TensorFlow") for check in case.failed)


def _outside_range(broken: Any) -> Iterator[Proof]:  # noqa: ANN401 - a stranger's JSON
    rows = [row for row in broken if isinstance(row, Mapping)] if isinstance(broken, list) else []
    for row in rows:
        by, name, installed = str(row.get("by")), str(row.get("name")), str(row.get("found") or "")
        if by in tensorflow_distributions() and installed and name in _SPECIAL:
            wants = str(row.get("wants") or "")
            text = f"{by} wants {name}{wants}, installed is {installed}"
            yield Proof(_SPECIAL[name], text, remedy=_within(by, name, wants))


def _within(by: str, name: str, wants: str) -> str:
    """Return what to do, by the bounds that the installed distribution *by* declares; empty without bounds."""
    if not _BOUNDS.fullmatch(wants):
        return ""
    return f"Install `{name}{wants.replace(' ', '')}`, the range that {by} declares, in the same command as {by}."
