"""The package's own data files: read once, a bad one refused by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from tf_docker_check.errors import CannotJudge
from tf_docker_check.resources.rows import Row

ROOT = Path(__file__).parent
R = TypeVar("R", bound=Row)
_replaced: dict[str, Path] = {}


class BadData(CannotJudge):
    """A file that we ship is missing or wrong: our fault, not the user's."""


def replace(folder: Path) -> None:
    """Read the files that *folder* has in place of the package's own, ``catalog/images.json`` among them.

    For a test suite, whose expectations a new release must not change. Only code can call it, before it reads
    any data: neither a user's configuration nor an environment variable chooses what the program knows.
    Raises RuntimeError where data was read already.
    """
    if text.cache_info().currsize:
        raise RuntimeError("data files are replaced before the first is read")
    _replaced.update({path.relative_to(folder).as_posix(): path for path in folder.rglob("*.json")})


@cache
def text(name: str) -> str:
    """The text of the data file *name*, such as ``recipes/python-pip.Dockerfile``."""
    try:
        return _replaced.get(name, ROOT / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"the data file {name} cannot be read", why=str(error)) from None


@cache
def document(name: str) -> Mapping[str, Any]:
    """The JSON object in the data file *name*."""
    try:
        content = json.loads(text(name))
    except ValueError as error:
        raise BadData(f"the data file {name} is not JSON", why=str(error)) from None
    if not isinstance(content, dict):
        raise BadData(f"the data file {name} holds no JSON object")
    return content


def names(folder: str, suffix: str) -> tuple[str, ...]:
    """The files of *folder* that end in *suffix*, without it, sorted."""
    return tuple(sorted(path.name[: -len(suffix)] for path in (ROOT / folder).glob(f"*{suffix}")))


@cache
def table(name: str, key: str, row_type: type[R]) -> tuple[R, ...]:
    """The rows of table *key* in file *name*. A row without a `source` has its table's."""
    content = document(name).get(key)
    if not isinstance(content, dict) or not content.get("rows"):
        raise BadData(f"the data file {name} has no table {key}, or an empty one")
    rows: list[R] = []
    try:
        for row in content["rows"]:
            rows.append(row_type.of({"source": content.get("source", ""), **row}))  # noqa: PERF401 - counts
    except (KeyError, TypeError, ValueError) as error:
        what = f"{name}: row {len(rows) + 1} of {key} is no {row_type.__name__}"
        raise BadData(what, why=f"{type(error).__name__}: {error}") from None
    return tuple(rows)


def prove(holds: bool, name: str, what: str) -> None:
    """Refuse a table that lacks a property the rest of the program relies on."""
    if not holds:
        raise BadData(f"the data file {name} is wrong", why=what)
