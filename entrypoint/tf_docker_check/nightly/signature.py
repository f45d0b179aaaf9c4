"""What makes two failures the same: strategy, runner, cause and the names that the evidence holds."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from packaging.utils import canonicalize_name

from tf_docker_check.model.failure import clean, words_of
from tf_docker_check.model.results import CellResult


@dataclass(frozen=True)
class Signature:
    """What makes two failures the same one. `fact` is normalised, never a line of a log."""

    family: str  # the strategy
    runner: str
    cause: str  # an id of causes.md; empty where not known
    fact: str = ""

    @property
    def words(self) -> str:
        """Return the signature as text, such as ``official-gpu@gpu cudnn-mismatch (libcudnn.so.8)``."""
        return f"{self.family}@{self.runner} {self.cause or 'unknown'}" + (
            f" ({self.fact})" if self.fact else ""
        )


MUCH, MANY = 4000, 4  # characters that are looked at, and names that are kept
_LIBRARY = re.compile(r"\blib[A-Za-z0-9_+-]{1,40}\.so(?:\.[0-9]{1,3})?")
_MODULE = re.compile(r"[Nn]o module named '?([A-Za-z_][\w.]{0,60})")
_SYMBOLS = re.compile(r"\b(GLIBC|GLIBCXX|CXXABI)_[0-9]")
_PACKAGE = re.compile(
    r"\b(numpy|protobuf|keras|tf-keras|h5py|ml[-_]dtypes|cuDNN|CUDA)\b(?!\.\w)"
    r"(?:[ =]{1,2}v?([0-9]{1,3})(?:\.[0-9]+)*)?",
    re.IGNORECASE,
)


def signature_of(cell: CellResult) -> Signature:
    """Return the signature of *cell*, which failed."""
    family, runner = cell.cell.strategy, cell.cell.runner
    if not cell.findings:
        return Signature(family, runner, "", f"#{_hash(clean(words_of(cell)))[:8]}")
    finding = cell.findings[0]
    text = "\n".join(evidence.text for evidence in finding.evidence)[:MUCH]
    return Signature(family, runner, finding.cause, key_fact(text))


def identity(signature: Signature) -> str:
    """Return a short id of it for markers and records."""
    return _hash(json.dumps(asdict(signature), sort_keys=True))[:16]


def key_fact(text: str) -> str:
    """Return the names in *text* that distinguish failures, at most `MANY`, sorted.

    Of versions only the major counts, of paths and numbers nothing: they change from night to night while the
    failure stays.
    """
    return ", ".join(sorted(dict.fromkeys(_names(text)))[:MANY])


def _names(text: str) -> Iterator[str]:
    yield from _LIBRARY.findall(text)
    yield from _MODULE.findall(text)
    yield from _SYMBOLS.findall(text)
    for name, major in _PACKAGE.findall(text):
        yield f"{canonicalize_name(name)} {major}".strip()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
