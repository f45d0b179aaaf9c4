from __future__ import annotations

from tf_docker_check.gha.inputs import forget, inputs


def test_names_keep_their_dashes_and_lose_their_case():
    given = {"INPUT_FAIL-ON": "any", "INPUT_MODE": "auto", "PATH": "/bin", "input_x": "1"}
    assert inputs(given) == {"fail-on": "any", "mode": "auto"}


def test_what_was_not_given_is_absent():
    assert inputs({"INPUT_CELL": "", "INPUT_CONFIG": "  \n", "INPUT_": "x"}) == {}


def test_lists_keep_their_lines():
    assert inputs({"INPUT_STRATEGIES": "\n slim\nofficial \n"}) == {"strategies": "slim\nofficial"}


def test_tokens_are_forgotten_before_anything_of_a_pull_request_can_name_them() -> None:
    environment = {
        "INPUT_GITHUB-TOKEN": "t",
        "ACTIONS_RUNTIME_TOKEN": "t",
        "GITHUB_ACTIONS": "true",
        "PATH": "/",
    }
    forget(environment)
    assert environment == {"GITHUB_ACTIONS": "true", "PATH": "/"}
