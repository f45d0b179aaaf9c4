"""The history of nightly runs: one JSON object per line, bounded in size.

Merging is a union: neither the order of histories nor repetitions matter.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import msgspec

from tf_docker_check import __version__
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.model.text import one_line
from tf_docker_check.nightly.night import HISTORY_VERSION, Night, Record
from tf_docker_check.registry.manifest import is_digest
from tf_docker_check.upstream import document

PER_CELL, IN_ALL = 400, 20_000
LONGEST_LINE, MAX_BYTES = 8192, 32 * 1024 * 1024
ENDS = frozenset(status.value for status in Status)
_DAMAGED_TOLD = 1000


@dataclass(frozen=True)
class History:
    """Records, oldest first, and unreadable lines unchanged."""

    records: tuple[Record, ...] = ()
    damaged: tuple[str, ...] = ()


def load(data: bytes) -> History:
    """Read a history; lines that cannot be read are skipped and kept in `damaged`."""
    records: list[Record] = []
    damaged: list[str] = []
    whole = data[:MAX_BYTES]
    for line in whole.decode("utf-8", "replace").split("\n"):
        if not line.strip():
            continue
        record = _record(line)
        if record:
            records.append(record)
        else:
            damaged.append(one_line(line, LONGEST_LINE))
    if len(data) > MAX_BYTES:
        damaged.append(f"and {len(data) - MAX_BYTES} bytes beyond the limit")
    return History(_limit(records), tuple(dict.fromkeys(damaged))[:_DAMAGED_TOLD])


def merge(*histories: History) -> History:
    """Return all records of *histories*, each once, within the limits."""
    damaged = dict.fromkeys(line for one in histories for line in one.damaged)
    return History(
        _limit(record for one in histories for record in one.records), tuple(sorted(damaged))[:_DAMAGED_TOLD]
    )


def dump(history: History) -> bytes:
    """Return the file: one record per line, oldest first."""
    return b"".join(_line(record).encode("utf-8", "replace") + b"\n" for record in history.records)


def make_record(cell: CellResult, night: Night, *, image: str, digest: str, signature: str) -> Record:
    """Return the record of *cell* for *night*; it stands on *image* (as the user writes it) at *digest*."""

    def fact(name: str) -> str:
        value = cell.facts.get(name, "")
        return one_line(value, 100) if isinstance(value, str) else ""

    created = dict(cell.image.labels).get("org.opencontainers.image.created", "") if cell.image else ""
    return Record(
        run=night.run,
        attempt=night.attempt,
        when=night.when,
        cell=cell.id,
        result=cell.status.value,
        image=image,
        digest=digest,
        created=one_line(created, 40),
        size=cell.image.size if cell.image else 0,
        tensorflow=fact("tensorflow.version"),
        python=fact("python.version"),
        cuda=fact("wanted.cuda"),
        cudnn=fact("wanted.cudnn"),
        cause=cell.findings[0].cause if cell.findings else "",
        signature=signature,
        tool=__version__,
    )


def records_of(records: Iterable[Record], cell: str) -> tuple[Record, ...]:
    """Return the records of *cell*, oldest first."""
    return tuple(record for record in records if record.cell == cell)


def find_gap(records: Iterable[Record], cell: str) -> tuple[Record | None, Record | None]:
    """Return the last good record of *cell* and the first bad one after it; None if unknown.

    Errored cells are neither good nor bad.
    """
    good: Record | None = None
    bad: Record | None = None
    for record in records_of(records, cell):
        if record.result == "passed":
            good, bad = record, None
        elif record.result == "failed" and bad is None:
            bad = record
    return good, bad


def digests_between(records: Iterable[Record], good: Record, bad: Record) -> tuple[str, ...]:
    """Return the digests of the image from *good* to *bad*, both included, each once, in order."""
    span = [
        record for record in records if good.order <= record.order <= bad.order and record.image == good.image
    ]
    inner = dict.fromkeys(
        record.digest for record in span if record.digest not in {"", good.digest, bad.digest}
    )
    return (good.digest, *inner, bad.digest)


def _record(line: str) -> Record | None:
    if len(line) > LONGEST_LINE:
        return None
    try:
        record = msgspec.json.decode(line, type=Record)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
    numbers = (record.run, record.attempt, record.size)
    whole = record.schema == HISTORY_VERSION and record.cell and record.result in ENDS
    fits = all(0 <= number < document.TOO_MUCH for number in numbers)
    return record if whole and fits and (not record.digest or is_digest(record.digest)) else None


def _line(record: Record) -> str:
    return json.dumps(asdict(record), sort_keys=True, ensure_ascii=False)


def _limit(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return each record once: the newest of each cell, the newest of all, and each cell's last good one."""
    by_cell: dict[str, dict[tuple[int, int, str], Record]] = defaultdict(dict)
    for record in records:
        twin = by_cell[record.cell].get(record.order)
        if twin is None or _rank(record) > _rank(twin):
            by_cell[record.cell][record.order] = record
    in_order = [sorted(mine.values(), key=_key) for mine in by_cell.values()]
    newest = sorted((record for mine in in_order for record in mine[-PER_CELL:]), key=_key)[-IN_ALL:]
    good = [
        max((record for record in mine if record.result == "passed"), key=_key, default=None)
        for mine in in_order
    ]
    return tuple(sorted({*newest, *filter(None, good)}, key=_key))


def _rank(record: Record) -> tuple[bool, str]:
    """Return the sort key by which one of two records of a cell in the same night is kept.

    The good one wins, or the limits could drop the last good record.
    """
    return record.result == "passed", _line(record)


def _key(record: Record) -> tuple[tuple[int, int, str], str]:
    return record.order, record.cell
