"""What surprises people in newer releases of TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tf_docker_check.resources.files import table
from tf_docker_check.resources.rows import Row
from tf_docker_check.resources.tensorflow import FILE


@dataclass(frozen=True, kw_only=True, eq=False)
class Notice(Row):
    """What surprises people from the release `since` on, and breaks nothing by itself."""

    id: str
    since: str
    says: str
    remedy: str


@cache
def notices() -> tuple[Notice, ...]:
    """What to know of newer releases."""
    return table(FILE, "notices", Notice)
