"""What the loader does not find for compiled files of packages that cannot be imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tf_docker_check.diagnose.case import Case
from tf_docker_check.diagnose.proof import Proof

_BY_FAMILY = {"GLIBC": "glibc-too-old", "GLIBCXX": "libstdcxx-too-old", "CXXABI": "libstdcxx-too-old"}


def shared_objects(case: Case) -> Iterator[Proof]:
    """Prove libraries and symbols that are missing, too old or shadowed, where an import fails by them."""
    for row in _rows(case, "missing"):
        yield Proof("system-lib-missing", f"{_user(row)} needs {row.get('library')}, which the image lacks")
    for row in _rows(case, "version"):
        yield from _too_old(row)
    for row in _rows(case, "symbol"):
        yield Proof("custom-op-abi", f"{_user(row)} wants {row.get('symbol')}, which this TensorFlow lacks")
    if "static TLS" in case.text():
        rows = case.facts.get("libraries.static_tls")
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, Mapping):
                text = f"{_user(row)} wants {row.get('bytes')} bytes of static thread-local storage"
                yield Proof("system-lib-conflict", text)


def _rows(case: Case, kind: str) -> list[Mapping[str, Any]]:
    """Return the problems of one kind in modules that could not be imported."""
    rows, broken = case.facts.get(f"libraries.{kind}"), case.facts.get("libraries.broken")
    if not isinstance(rows, list) or not isinstance(broken, Mapping):
        return []
    return [row for row in rows if isinstance(row, Mapping) and row.get("module") in broken]


def _too_old(row: Mapping[str, Any]) -> Iterator[Proof]:
    library, wants, better = (str(row.get(key) or "") for key in ("library", "wants", "better"))
    family = wants.partition("_")[0]
    yield Proof(
        _BY_FAMILY.get(family, "system-lib-conflict"), f"{_user(row)} wants {wants}, {library} has no such"
    )
    if better:
        yield Proof("system-lib-conflict", f"{library} (without {wants}) comes before {better}, which has it")


def _user(row: Mapping[str, Any]) -> str:
    of = row.get("of")
    return f"{row.get('file')} of {of}" if of else str(row.get("file"))
