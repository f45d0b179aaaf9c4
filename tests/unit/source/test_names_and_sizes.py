"""Habits of the source kept by machine: names, and the size of modules and functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tf_docker_check

PACKAGE = Path(tf_docker_check.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 300, 50
_LISTED, _, _EXCEPTIONS = Path(__file__).with_name("banned_names.txt").read_text().partition("---\n")
BANNED = {line for line in _LISTED.splitlines() if line and not line.startswith("#")}
ALLOWED = {line.partition(":")[0] for line in _EXCEPTIONS.splitlines() if line}


def test_no_name_is_a_riddle() -> None:
    names = {name for module in MODULES for name in _names(module)}
    assert sorted(names - ALLOWED) == []
    assert sorted(ALLOWED - names) == [], "exceptions that are not needed any more"


@pytest.mark.parametrize("line", ["found = 1", "def told(): ...", "class Found: ...", "f(asked=1)", "x.here"])
def test_a_banned_name_is_seen(line: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(line)
    assert len(list(_names(module))) == 1


def test_modules_and_functions_stay_small() -> None:
    texts = {module: module.read_text("utf-8") for module in MODULES}
    long_modules = {str(module): len(text.splitlines()) for module, text in texts.items()}
    assert {name: lines for name, lines in long_modules.items() if lines > MAX_MODULE_LINES} == {}
    functions = (
        (f"{module}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for module, text in texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
    )
    assert {name: lines for name, lines in functions if lines > MAX_FUNCTION_LINES} == {}


def _names(module: Path) -> Iterator[str]:
    """`module.name` of every banned identifier in *module*; leading underscores and capitals do not matter."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        name = _identifier(node)
        if name.strip("_").lower() in BANNED:
            yield f"{module.parent.name}/{module.stem} {name}"


def _identifier(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.arg | ast.keyword):
        return node.arg or ""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    return node.asname or "" if isinstance(node, ast.alias) else ""
