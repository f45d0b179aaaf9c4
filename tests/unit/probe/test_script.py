from __future__ import annotations

import ast
import json
from importlib.resources import files

import pytest

from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.probe.check_specs import LADDER, select_checks
from tf_docker_check.probe.script import script

SOURCES = [
    path
    for path in (files("tf_docker_check.resources") / "probes").iterdir()
    if path.name.endswith(".py") and path.name != "__init__.py"
]


def values(text: bytes) -> dict[str, object]:
    """What the script assigns at its top."""
    return {
        node.targets[0].id: json.loads(ast.literal_eval(node.value))  # type: ignore[attr-defined]
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("SETTINGS", "SOURCES")
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_the_sources_are_python_3_6(source: object) -> None:
    text = source.read_text("utf-8")  # type: ignore[attr-defined]
    ast.parse(text, feature_version=(3, 6))
    assert "from __future__ import annotations" not in text


def test_every_source_travels_after_those_it_imports() -> None:
    sources = dict(values(script(LADDER, nonce="n", seconds=9))["SOURCES"])  # type: ignore[call-overload]
    assert {f"{name}.py" for name in sources} == {path.name for path in SOURCES} - {"boot.py"}
    seen: set[str] = set()
    for name, text in sources.items():
        prefix = "tf_docker_check.resources.probes."
        wanted = {
            node.module.removeprefix(prefix)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(prefix)
        }
        assert wanted <= seen, name
        seen.add(name)


def test_the_settings_travel_by_stage() -> None:
    rungs = select_checks(Checks(profile="quick"), Gpu.STATIC)[0]
    text = script(rungs, nonce="abc", seconds=30)
    assert text.isascii()
    assert values(text)["SETTINGS"] == {
        "nonce": "abc",
        "seconds": 30,
        "stages": [
            ["python", ["interpreter", "environment"], 30],
            ["tensorflow", ["import", "devices", "matmul"], 30],
            ["libraries", ["gpu-static"], 30],
        ],
    }
