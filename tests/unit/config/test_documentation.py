from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.projects import mistakes
from config.test_schema import WHOLE, properties
from tf_docker_check.config import inputs
from tf_docker_check.resources.files import document

PAGE = (Path(__file__).parents[3] / "docs/configuration.md").read_text()
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_configuration(tmp_path: Path, example: str) -> None:
    for path in ("Dockerfile", "docker/train.Dockerfile"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    assert mistakes(tmp_path, example) == []


def test_every_key_is_there() -> None:
    keys = {path[-1] for path, _ in properties()}
    for name in ("strategy", "runner", "run-options", "known-failure", "secret", "host"):
        keys |= set(WHOLE["$defs"][name]["properties"])
    given = {*inputs.LISTS, *inputs.TEXTS, "strategies", "gpu", "build-args"}
    names = set(document("recipes/strategies.json"))
    assert {key for key in keys | given | names if f"`{key}`" not in PAGE and f"{key}:" not in PAGE} == set()


def test_every_default_is_the_one_there_is() -> None:
    told = dict(re.findall(r"^\| `([\w-]+)` \| `([^`]+)` \|", PAGE.partition("## Inputs")[0], re.MULTILINE))
    for path, rules in properties():
        if path[-1] in told:
            default = rules["default"]
            assert told[path[-1]] == (str(default).lower() if isinstance(default, bool) else str(default)), (
                path
            )
