from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from tf_docker_check.config.fast_validation import is_surely_valid
from tf_docker_check.resources.files import document

SCHEMA = document("schema/config.json")
LIBRARY = Draft202012Validator(SCHEMA, format_checker=FormatChecker(["date"]))
PAGE = (Path(__file__).parents[3] / "docs/configuration.md").read_text()
EXAMPLE = {
    "version": 1,
    "defaults": {"tensorflow": ["2.20.0"], "python": ["3.11"]},
    "strategies": {"a": {"from": "python:{python}-slim", "install": ["tensorflow"], "gpu": True}},
    "fleet": [{"name": "prod", "profile": "g5", "disk": 20}],
    "limits": {"parallel": 5},
    "mirrors": {"docker.io": "mirror.example"},
}


def surely(value: object) -> bool:
    return is_surely_valid(value, SCHEMA, SCHEMA["$defs"])


def test_a_right_configuration_is_accepted() -> None:
    assert LIBRARY.is_valid(EXAMPLE)
    assert surely(EXAMPLE)
    assert surely({})


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_it_accepts_nothing_of_the_page_that_the_library_refuses(text: str) -> None:
    said = json.loads(json.dumps(yaml.load(text, yaml.BaseLoader)))
    assert LIBRARY.is_valid(said) or not surely(said)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 100), st.floats(-1, 1e6), st.text(max_size=5),
    st.sampled_from(["cpu", "require", "a", "2.21.0", "64m", "https://x", "new", "Dockerfile"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(st.data())
def test_what_it_accepts_the_library_accepts(data: st.DataObject) -> None:
    said = copy.deepcopy(EXAMPLE)
    section = data.draw(st.sampled_from([*SCHEMA["properties"], "unknown"]))
    below = SCHEMA["properties"].get(section, {}).get("properties", {})
    if below and data.draw(st.booleans()):
        said[section] = {data.draw(st.sampled_from(list(below))): data.draw(VALUES)}
    elif section == "strategies":
        keys = SCHEMA["$defs"]["strategy"]["properties"]
        said[section] = {"a": data.draw(st.dictionaries(st.sampled_from(list(keys)), VALUES, max_size=4))}
    else:
        said[section] = data.draw(VALUES)
    assert LIBRARY.is_valid(said) or not surely(said)


@pytest.mark.outside
def test_the_library_is_not_imported_for_a_right_configuration(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/tf-docker-check.yml").write_text(json.dumps(EXAMPLE))
    code = (
        "import sys; from pathlib import Path; from tf_docker_check.config.load import load_config;"
        "load_config(Path(sys.argv[1])); sys.exit('jsonschema' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0
