from __future__ import annotations

import json

import pytest

from tf_docker_check.cli import main


def test_a_machine_without_an_engine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["doctor", "--docker-host", "unix:///no/such.sock"]) == 3
    assert capsys.readouterr().out.startswith("FAIL  engine   no container engine answers")
    assert main.run(["doctor", "--json", "--docker-host", "unix:///no/such.sock"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["works"], document["engine"]) == (1, False, None)
