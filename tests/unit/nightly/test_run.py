from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from registry.server import Server, serving

from engine.climb import climber
from engine.fake import FakeEngine, Script, image
from runner.file_commands import pairs
from tf_docker_check.engine.labels import RUN
from tf_docker_check.engine.protocol import BuildRequest, RunRequest
from tf_docker_check.errors import EngineError
from tf_docker_check.gha.state import load_state, save
from tf_docker_check.model.config import Config, Limits, Strategy
from tf_docker_check.model.image import Image
from tf_docker_check.nightly.night import Night
from tf_docker_check.nightly.night_report import NightReport
from tf_docker_check.nightly.previous import load_from_folders
from tf_docker_check.nightly.run import run_nightly, write_night
from tf_docker_check.pipeline.context import begin_run
from tf_docker_check.pipeline.results_dir import ResultsDir
from tf_docker_check.plan.make import make_plan
from tf_docker_check.upstream import document, resolution

pytestmark = pytest.mark.outside

BROKEN = {"import": "ImportError: no"}


@dataclass
class Lab:
    """Two cells, each on an image of its own; `wrong` and `stop` are by the content of the image."""

    server: Server
    project: Path
    wrong: dict[str, dict[str, str]] = field(default_factory=dict)
    stop: Callable[[str], None] = lambda _: None
    content: dict[str, str] = field(default_factory=dict)
    engines: list[FakeEngine] = field(default_factory=list)
    night: int = 0

    def push(self, tag: str, content: str) -> None:
        digest = self.server.image("tf", tag, [content.encode()])
        self.content[image(digest).id] = content

    def get(self, reference: str) -> Image:
        return image(reference.partition("@")[2])

    def engine(self, _: str) -> FakeEngine:
        self.engines.append(FakeEngine(hub=self, on_run=self.run))  # type: ignore[arg-type]
        return self.engines[-1]

    def run(self, request: RunRequest) -> Script:
        content = self.content[request.image]
        self.stop(content)
        return climber(**self.wrong.get(content, {}))(request) if request.stdin else Script()

    def tonight(self, **environment: str) -> NightReport:
        self.night += 1
        tags = {name: f"{self.server.address}/tf:{name}" for name in ("one", "two")}
        one_by_one = Limits(parallel=1)  # so that what a stop finds done is known
        config = Config(tuple(Strategy(name, tag) for name, tag in tags.items()), limits=one_by_one)
        folder = ResultsDir(self.project, "out")
        context = begin_run(
            config,
            self.project,
            folder,
            lambda _: None,
            connect=self.engine,
            environment=environment,
            announce=partial(save, environment),
        )
        result = run_nightly(
            context,
            make_plan(config),
            load_from_folders([self.project / "out"]),
            Night(self.night, 1, f"2026-01-{self.night:02}T00:00:00+00:00"),
            partial(write_night, folder),
        )
        return result.report

    def left(self, name: str) -> dict:
        return json.loads((self.project / "out" / name).read_bytes())

    @property
    def report(self) -> NightReport:
        return document.load((self.project / "out/night.json").read_bytes(), NightReport, "night.json")

    @property
    def history(self) -> list[tuple[int, str, str]]:
        lines = (self.project / "out/history.jsonl").read_text().splitlines()
        return [(each["run"], each["cell"][:3], each["result"]) for each in map(json.loads, lines)]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setattr(FakeEngine, "find_executable", lambda *_: "/usr/bin/python3")
    monkeypatch.setattr(resolution, "list_versions", lambda *_: ("2.21.0",))
    with serving() as server:
        made = Lab(server, tmp_path)
        made.push("one", "first")
        made.push("two", "second")
        yield made


def stopping(at: str, error: BaseException, *, after: int = 0) -> Callable[[str], None]:
    seen = []

    def stop(content: str) -> None:
        seen.extend([content] if content == at else [])
        if content == at and len(seen) > after:
            raise error

    return stop


def test_a_stopped_night_keeps_what_it_had_checked_and_the_next_one_checks_it_again(lab: Lab) -> None:
    lab.tonight()
    lab.push("one", "first moved")
    lab.push("two", "second moved")
    lab.stop = stopping("second moved", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        lab.tonight()
    assert lab.history == [(1, "one", "passed"), (1, "two", "passed"), (2, "one", "passed")]
    assert (lab.report.night.complete, lab.report.proposal, lab.report.exit_code) == (False, False, 3)
    assert len(lab.left("results.json")["cells"]) == 2
    lab.stop = lambda _: None
    again = lab.tonight()
    assert set(again.due) == {"one@cpu", "two@cpu"}
    assert set(again.ends.values()) == {"passed"}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EngineError("the engine has died")])
def test_a_failure_that_could_not_be_confirmed_is_not_certain_and_not_forgotten(
    lab: Lab, error: BaseException
) -> None:
    lab.wrong = {"first": BROKEN}
    lab.stop = stopping("first", error, after=1)
    with suppress(KeyboardInterrupt):
        lab.tonight()
    assert (1, "two", "passed") in lab.history
    assert (1, "one", "errored") in lab.history
    assert lab.report.regressions == ()
    lab.stop = lambda _: None
    assert [each.cells for each in lab.tonight().regressions] == [("one@cpu",)]


def test_all_that_a_night_makes_is_found_by_its_post_step(lab: Lab, tmp_path: Path) -> None:
    lab.wrong = {"first": BROKEN}
    state = tmp_path / "state"
    assert lab.tonight(GITHUB_STATE=str(state)).regressions
    begun = load_state({f"STATE_{name}": value for name, value in pairs(state.read_text())})
    requests: list[RunRequest | BuildRequest] = [
        each for engine in lab.engines for each in (*engine.ran, *engine.built)
    ]
    assert len(lab.engines) == 2
    assert begun
    assert {dict(each.labels)[RUN] for each in requests} == {begun.run_id}
