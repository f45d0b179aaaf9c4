"""Nights at a desk; the engine is a fake, and so is the registry."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from registry.server import serving

from engine.climb import climber
from engine.fake import FakeEngine, Script, image
from tf_docker_check.cli import session
from tf_docker_check.cli.main import run
from tf_docker_check.engine.protocol import RunRequest
from tf_docker_check.pipeline.context import begin_run
from tf_docker_check.upstream import resolution

pytestmark = pytest.mark.outside


def test_nights_at_a_desk_are_counted_on_however_the_clock_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken: dict[str, bool] = {}

    def climb(request: RunRequest) -> Script:
        wrong = {"import": "ImportError: no"} if broken[request.image] else {}
        return climber(**wrong)(request) if request.stdin else Script()

    hub = SimpleNamespace(get=lambda reference: image(reference.partition("@")[2]))
    for name in ("GITHUB_RUN_NUMBER", "GITHUB_STATE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(FakeEngine, "find_executable", lambda *_: "/usr/bin/python3")
    engine = lambda _: FakeEngine(hub=hub, on_run=climb)  # noqa: E731
    monkeypatch.setattr(session, "begin_run", partial(begin_run, connect=engine))
    monkeypatch.setattr(resolution, "list_versions", lambda *_: ("2.21.0",))
    with serving() as server:
        config = {
            "strategies": {"ours": {"from": f"{server.address}/tf:latest"}},
            "nightly": {"bisect": False},
        }
        (tmp_path / "check.yml").write_text(json.dumps(config))
        asked = ["nightly", "--project", str(tmp_path), "--config", "check.yml", "--quiet"]
        digests = []
        for year, bad in ((2026, False), (2025, True), (2024, True)):
            digests.append(server.image("tf", "latest", [str(year).encode()]))
            broken[image(digests[-1]).id] = bad
            clock = SimpleNamespace(now=lambda zone, year=year: datetime(year, 1, 1, tzinfo=zone))
            monkeypatch.setattr("tf_docker_check.nightly.night.datetime", clock)
            assert run([*asked, "--output", str(tmp_path / "out")]) == int(bad)
    report = json.loads((tmp_path / "out/night.json").read_text())
    (regression,) = report["regressions"]
    assert report["night"]["run"] == 3
    assert [each["digest"] for each in (regression["last_good"], regression["first_bad"])] == digests[:2]
    assert regression["digest"] == digests[2]
    assert "Night 3: 1 regression" in capsys.readouterr().out
