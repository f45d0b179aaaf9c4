"""The badge: an endpoint as shields.io reads it (https://shields.io/badges/endpoint-badge)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tf_docker_check.nightly.night import Record


def badge(records: Iterable[Record]) -> bytes:
    """Return the JSON of a badge: how many cells passed when they were last checked."""
    newest: dict[str, Record] = {}
    for record in records:
        if record.result in {"passed", "failed"} and (
            record.cell not in newest or record.order >= newest[record.cell].order
        ):
            newest[record.cell] = record
    good, total = sum(record.result == "passed" for record in newest.values()), len(newest)
    color = "lightgrey" if not total else "brightgreen" if good == total else "orange" if good else "red"
    message = f"{good} of {total} work" if total else "not checked"
    endpoint = {"schemaVersion": 1, "label": "TensorFlow images", "message": message, "color": color}
    return json.dumps(endpoint, indent=1).encode() + b"\n"
