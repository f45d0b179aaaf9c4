from __future__ import annotations

from pathlib import Path

import pytest

from runner.manifest import as_environment, evaluated, inputs, load

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
    assert (action.image, action.args, action.post, action.pre) == (
        "Dockerfile",
        ("action", "${{ inputs.fail-on }}"),
        "/post",
        "",
    )
    values = inputs(action, {"Fail-On": "any", "extra": "1"}, {"github": {"token": "t"}})
    assert as_environment(values) == {
        "INPUT_SOME_KEY": "t",
        "INPUT_FAIL-ON": "any",
        "INPUT_EMPTY": "",
        "INPUT_EXTRA": "1",
    }


def test_expressions_look_up_what_there_is() -> None:
    contexts = {"inputs": {"fail-on": "any"}}
    assert evaluated("a ${{ inputs.fail-on }}${{inputs.none}} b", contexts) == "a any b"


@pytest.mark.parametrize("text", ["${{ secrets.A }}", "${{ inputs.a || 'b' }}", "${{ toJSON(inputs) }}"])
def test_what_an_action_may_not_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an expression"):
        evaluated(text, {"inputs": {}})
