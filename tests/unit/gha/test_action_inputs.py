from __future__ import annotations

from tf_docker_check.gha.inputs import inputs


def test_names_keep_their_dashes_and_lose_their_case():
    given = {"INPUT_FAIL-ON": "any", "INPUT_MODE": "auto", "PATH": "/bin", "input_x": "1"}
    assert inputs(given) == {"fail-on": "any", "mode": "auto"}


def test_what_was_not_given_is_absent():
    assert inputs({"INPUT_CELL": "", "INPUT_CONFIG": "  \n", "INPUT_": "x"}) == {}


def test_lists_keep_their_lines():
    assert inputs({"INPUT_STRATEGIES": "\n slim\nofficial \n"}) == {"strategies": "slim\nofficial"}
