"""One row of the table of faults: what goes wrong, when, and what has to come of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROWS = Path(__file__).with_name("rows.yml")
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL")
NOTHING, ANY = ("none",), ("any",)


@dataclass(frozen=True)
class Expected:
    """What must come out.

    `exit` as a shell shows it. `cells`: the status of each; none: no results document. `left`: what
    of ours is on the machine when the run has ended (any: it depends on the instant); after the next
    run it must be nothing. `within` seconds. `says`: words that stderr or a cell's reason has.
    """

    exit: tuple[int, ...]
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left: tuple[str, ...] = NOTHING
    within: float = 60.0
    says: str = ""


@dataclass(frozen=True)
class Row:
    """`cells` are what the run checks; `given` is done before it starts, `do` at the moment `when`.

    `fast`: part of every test run.
    """

    name: str
    expected: Expected
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    do: str = "nothing"
    with_: Mapping[str, Any] = field(default_factory=dict)
    when: str = ""
    cells: tuple[str, ...] = ("good",)
    limits: Mapping[str, Any] = field(default_factory=dict)
    fast: bool = False


def load(path: Path = ROWS) -> tuple[Row, ...]:
    """All rows. A key that means nothing is a mistake, and raises."""
    return tuple(row for written in yaml.safe_load(path.read_text()) for row in _rows(written))


def _rows(written: dict[str, Any]) -> Iterator[Row]:
    """One row, or one for each signal where `do` sends one."""
    killed = written.pop("killed", {})
    fast = written.pop("fast", False)
    if not written.get("do", "").startswith("send"):
        yield _row(written, fast=bool(fast))
        return
    for name in SIGNALS:
        number = signal.Signals[name]
        expect = {"exit": 128 + number, **written["expect"], **(killed if name == "SIGKILL" else {})}
        row = {**written, "name": f"{name} {written['name']}", "with": {"number": int(number)}}
        yield _row({**row, "expect": expect}, fast=name in (fast or ()))


def _row(written: dict[str, Any], *, fast: bool) -> Row:
    row, expect = dict(written), dict(written["expect"])
    row["expected"] = Expected(
        exit=_several(expect.pop("exit")),
        cells={name: _several(status) for name, status in expect.pop("cells", {}).items()},
        left=_several(expect.pop("left", NOTHING)),
        **expect,
    )
    del row["expect"]
    row["cells"] = _several(row.get("cells", "good"))
    row["with_"] = row.pop("with", {})
    return Row(**row, fast=fast)


def _several(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)
