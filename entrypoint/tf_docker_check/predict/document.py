"""Predictions as JSON for other programs; its JSON Schema is resources/schema/predict.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.prediction import Judgement, Prediction, Remark
from tf_docker_check.predict.inspected import Shown
from tf_docker_check.resources.hosts import Host

SCHEMA_VERSION = 1


def predict_json(
    forecast: Sequence[tuple[Cell | Shown, Sequence[Prediction]]],
    hosts: Sequence[Host],
    notes: Sequence[str] = (),
) -> str:
    """One JSON object; each image's predictions are in the order of *hosts*."""
    document = {
        "schema": SCHEMA_VERSION,
        "hosts": [_host(host) for host in hosts],
        "images": [
            {**_image(cell), "predictions": [_prediction(one) for one in predictions]}
            for cell, predictions in forecast
        ],
        "notes": list(notes),
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def _host(host: Host) -> dict[str, Any]:
    return {**asdict(host), "capability": host.compute_capability}


def _image(cell: Cell | Shown) -> dict[str, str]:
    return {
        "id": cell.image_id,
        "strategy": cell.strategy,
        "tensorflow": cell.tensorflow,
        "python": cell.python,
    }


def _prediction(prediction: Prediction) -> dict[str, Any]:
    return {
        "host": prediction.host,
        "verdict": prediction.verdict.value,
        "sure": prediction.sure,
        "judgements": [{**_with_grounds(one), "verdict": one.verdict.value} for one in prediction.judgements],
        "grounds": [vars(row) for row in prediction.sources],
        "remarks": [_with_grounds(one) for one in prediction.remarks],
    }


def _with_grounds(one: Judgement | Remark) -> dict[str, Any]:
    """The fields of *one*; the document calls its sources `grounds`."""
    fields = {name: value for name, value in vars(one).items() if name != "sources"}
    return {**fields, "grounds": [vars(row) for row in one.sources]}
