"""The plan as JSON; its JSON Schema is resources/schema/plan.json."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.prediction import PredictionSummary
from tf_docker_check.model.recipe import Plan, PlannedCell, Recipe

SCHEMA_VERSION = 1


def plan_json(plan: Plan) -> str:
    """Return one JSON object. Every recipe occurs once, parents before children; cells refer to its key."""
    recipes: dict[str, dict[str, Any]] = {}
    for planned in plan.cells:
        _collect(planned.recipe, recipes)
    document = {
        "schema": SCHEMA_VERSION,
        "cells": [_planned_cell(planned) for planned in plan.cells],
        "recipes": list(recipes.values()),
        "excluded": [{**_cell(e.cell), "reason": e.reason, "cause": e.cause} for e in plan.excluded],
        "notes": list(plan.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _cell(cell: Cell) -> dict[str, Any]:
    return {"id": cell.id, **asdict(cell)}


def _planned_cell(planned: PlannedCell) -> dict[str, Any]:
    return {
        **_cell(planned.cell),
        "slug": planned.cell.slug,
        "gpu": str(planned.gpu),
        "timeout": planned.timeout,
        "skip": planned.skip,
        "predicted": _prediction(planned.predicted),
        "recipe": planned.recipe.key,
        "control": planned.base.control,
        "added": planned.base.added,
    }


def _prediction(prediction: PredictionSummary | None) -> dict[str, Any] | None:
    return {**asdict(prediction), "verdict": str(prediction.verdict)} if prediction else None


def _collect(recipe: Recipe, collected: dict[str, dict[str, Any]]) -> None:
    if recipe.parent:
        _collect(recipe.parent, collected)
    collected.setdefault(
        recipe.key,
        {
            "key": recipe.key,
            "base": recipe.base,
            "parent": recipe.parent.key if recipe.parent else "",
            "platform": recipe.platform,
            "dockerfile": recipe.text,
            "path": recipe.user.path if recipe.user else "",
            "context": recipe.user.context if recipe.user else "",
            "target": recipe.user.target if recipe.user else "",
        },
    )
