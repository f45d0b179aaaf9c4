"""The badge: an endpoint as shields.io reads it (https://shields.io/badges/endpoint-badge)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tf_docker_check.model.nightly import Record


def badge(records: Iterable[Record]) -> bytes:
    """The JSON that tells how many cells worked when they were judged last."""
    newest: dict[str, Record] = {}
    for each in records:
        if each.result in {"passed", "failed"} and (
            each.cell not in newest or each.order >= newest[each.cell].order
        ):
            newest[each.cell] = each
    good, total = sum(each.result == "passed" for each in newest.values()), len(newest)
    color = "lightgrey" if not total else "brightgreen" if good == total else "orange" if good else "red"
    message = f"{good} of {total} work" if total else "not checked"
    told = {"schemaVersion": 1, "label": "TensorFlow images", "message": message, "color": color}
    return json.dumps(told, indent=1).encode() + b"\n"
