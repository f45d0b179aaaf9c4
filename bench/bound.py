"""The least time that an engine needs for a matrix, from what each build and each check took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def critical_seconds(plan: Mapping[str, Any], results: Mapping[str, Any], workers: int) -> float:
    """No schedule can beat the longest chain of build on build and check, nor all work shared evenly.

    Both are lower bounds; the larger one counts.
    """
    keys = {cell["id"]: cell["recipe"] for cell in plan["cells"] if not cell["skip"]}
    parents = {recipe["key"]: recipe["parent"] for recipe in plan["recipes"]}
    cells = {cell["id"]: cell for cell in results["cells"] if cell["id"] in keys}
    builds = {keys[name]: (cell.get("build") or {}).get("seconds", 0.0) for name, cell in cells.items()}
    checks = {name: (cell.get("exit") or {}).get("seconds", 0.0) for name, cell in cells.items()}

    def chain(key: str) -> float:
        return float(builds.get(key, 0.0)) + (chain(parents[key]) if parents.get(key) else 0.0)

    longest = max(chain(keys[name]) + spent for name, spent in checks.items())
    return float(max(longest, (sum(builds.values()) + sum(checks.values())) / workers))
