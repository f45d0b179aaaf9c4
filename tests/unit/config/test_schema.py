from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from config.projects import loaded, mistakes
from tf_docker_check.config.schema import SCHEMA
from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Config
from tf_docker_check.probe.check_specs import LADDER
from tf_docker_check.resources.files import document

WHOLE = document(SCHEMA)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(WHOLE)


def properties(rules: Any = WHOLE, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every key of the sections that are not named by the user, with its rules."""
    for key, below in rules.get("properties", {}).items():
        name = str(below.get("$ref", "")).rpartition("/")[2]
        whole = {**WHOLE["$defs"].get(name, {}), **below}
        yield (*path, key), whole
        yield from properties(whole, (*path, key))


@pytest.mark.parametrize(
    ("path", "rules"), [pytest.param(*each, id=".".join(each[0])) for each in properties()]
)
def test_every_key_is_described_for_editors_and_its_examples_hold(
    tmp_path: Path, path: tuple[str, ...], rules: Any
) -> None:
    assert rules["description"]
    (tmp_path / "Dockerfile").touch()
    for example in rules.get("examples", []):
        value = example
        for key in reversed(path):
            value = {key: value}
        assert mistakes(tmp_path, json.dumps(value)) == []


def test_the_defaults_it_tells_are_the_ones_there_are(tmp_path: Path) -> None:
    told: dict[str, Any] = {}
    for path, rules in properties():
        if "default" in rules:
            inside = told
            for key in path[:-1]:
                inside = inside.setdefault(key, {})
            inside[path[-1]] = rules["default"]
    assert loaded(tmp_path, json.dumps(told)) == loaded(tmp_path, "{}")
    assert len(told) == 8


def test_checks_that_can_be_disabled_are_those_of_the_ladder() -> None:
    told = WHOLE["properties"]["checks"]["properties"]["disable"]["items"]["enum"]
    assert told == [rung.name for rung in LADDER if not rung.keep]


KEYS = sorted(
    {path[-1] for path, _ in properties()} | set(WHOLE["$defs"]["strategy"]["properties"]) | {"slim", "a"}
)
SCALARS = st.sampled_from(
    [None, "slim", "a", "2.10", "auto", "{x}", "1", "true", "", "Dockerfile", "pip", "2026-01-01"]
)
ANY = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(KEYS), below, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(sorted(WHOLE["properties"])), ANY, max_size=4),
    st.sampled_from(["", "slim", "a"]),
)
def test_any_shape_is_a_configuration_or_mistakes_in_words(said: dict[str, Any], strategies: str) -> None:
    with TemporaryDirectory() as folder:
        try:
            config = loaded(Path(folder), yaml.safe_dump(said), strategies=strategies, target="x")
        except UsageError as error:
            message = error.what
        else:
            message = ""
            assert isinstance(config, Config)
    assert all(line.startswith(("  - .github/", "  - input ")) for line in message.splitlines()[1:])
