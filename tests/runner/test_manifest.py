from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from runner.manifest import Action, as_environment, evaluated, image_command, inputs, load

TEXT = """\
inputs:
  some key: {default: "${{ github.token }}"}
  fail-on: {default: new, required: true}
  empty: {}
runs:
  using: docker
  image: Dockerfile
  args: [action, "${{ inputs.fail-on }}"]
  post-entrypoint: /post
"""


def test_inputs_are_declared_given_or_empty(tmp_path: Path) -> None:
    (tmp_path / "action.yml").write_text(TEXT)
    action = load(tmp_path)
    assert (action.args, action.post) == (("action", "${{ inputs.fail-on }}"), "/post")
    values = inputs(action, {"Fail-On": "any", "extra": "1"}, {"github": {"token": "t"}})
    assert as_environment(values) == {
        "INPUT_SOME_KEY": "t",
        "INPUT_FAIL-ON": "any",
        "INPUT_EMPTY": "",
        "INPUT_EXTRA": "1",
    }


def test_an_image_is_built_where_its_dockerfile_is_or_pulled() -> None:
    action = Action({}, "Dockerfile", "", (), {}, "")
    built = image_command(action, Path("/a"), "t", {"B": "c"})
    assert built[2:] == ["--quiet", "--build-arg", "B=c", "--tag", "t", "--file", "/a/Dockerfile", "/a"]
    pulled = image_command(replace(action, image="docker://r.example/a@sha256:0"), Path("/a"), "t", {})
    assert pulled[-1] == "r.example/a@sha256:0"


def test_expressions_look_up_what_there_is() -> None:
    contexts = {"inputs": {"fail-on": "any"}}
    assert evaluated("a ${{ inputs.fail-on }}${{inputs.none}} b", contexts) == "a any b"


@pytest.mark.parametrize("text", ["${{ secrets.A }}", "${{ inputs.a || 'b' }}", "${{ toJSON(inputs) }}"])
def test_what_an_action_may_not_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an expression"):
        evaluated(text, {"inputs": {}})
