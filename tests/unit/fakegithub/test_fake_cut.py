from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "bin/cut-openapi"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("cut_openapi", str(SCRIPT))
    spec = importlib.util.spec_from_loader("cut_openapi", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_prose_goes_and_properties_of_that_name_stay(script: ModuleType) -> None:
    schema = {"description": "A label.", "properties": {"description": {"type": "string", "example": "x"}}}
    assert script.plain(schema) == {"properties": {"description": {"type": "string"}}}


@pytest.mark.parametrize(
    ("schema", "mended"),
    [
        ({"nullable": True, "enum": ["a"]}, {"nullable": True, "enum": ["a", None]}),
        ({"oneOf": [{"type": "string"}]}, {"anyOf": [{"type": "string"}]}),
        ({"enum": ["a"]}, {"enum": ["a"]}),
    ],
)
def test_schemas_mean_what_they_say(
    script: ModuleType, schema: dict[str, object], mended: dict[str, object]
) -> None:
    assert script.plain(schema) == mended


def test_null_is_an_alternative_where_it_is_meant(script: ModuleType) -> None:
    assert script.plain({"nullable": True, "oneOf": [{"type": "string"}]})["anyOf"][-1] == script.NULL


def test_references_are_found_at_every_depth(script: ModuleType) -> None:
    node = {"a": [{"$ref": "#/components/schemas/b"}], "properties": {"$ref": {"type": "string"}}}
    assert list(script.references(node)) == ["#/components/schemas/b"]
