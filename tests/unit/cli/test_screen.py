from __future__ import annotations

import pytest

from tf_docker_check.cli.screen import readable

FORGED = "table\n  ::error::forged\nx ##[error]y\n"


def test_a_desk_sees_the_text_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert readable(FORGED) == FORGED


def test_a_workflow_finds_no_command_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert readable(FORGED) == "table\n|   ::error::forged\nx ## [error]y\n"
