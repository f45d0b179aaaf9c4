"""What every engine owes its callers."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tf_docker_check.engine.protocol import BuildRequest, ContainerFiles, Engine, RunRequest, RunResult
from tf_docker_check.errors import EngineError, ImageNotFound, UsageError
from tf_docker_check.model.config import Secret


class EngineContract:
    """Subclasses provide the fixtures `engine`, `shell` (an image with sh), `labels` (a run's own)."""

    missing = "tf-docker-check-tests/never-made:1"  # what no registry has

    @pytest.fixture(autouse=True)
    def ours(self, engine: Engine, shell: str, labels: Mapping[str, str]) -> Iterator[None]:
        self.engine, self.shell, self.labels = engine, shell, labels
        yield
        engine.sweep(labels)

    def run(self, script: str, **more: object) -> RunResult:
        settings: dict[str, Any] = {"image": self.shell, "labels": self.labels, "timeout": 60.0, **more}
        return self.engine.run(RunRequest(command=("sh", "-c", script), **settings))

    def request(self, script: str, **more: object) -> BuildRequest:
        text = f"FROM {self.shell}\nRUN {script}\n"
        settings: dict[str, Any] = {"dockerfile": text, "labels": self.labels, "timeout": 120.0, **more}
        return BuildRequest(**settings)

    # -- running

    @pytest.mark.parametrize(
        ("script", "code", "signal"),
        [("true", 0, ""), ("exit 7", 7, ""), ("kill -SEGV $$", 139, "SIGSEGV"), ("exit 255", 255, "")],
    )
    def test_the_exit_tells_code_and_signal(self, script: str, code: int, signal: str) -> None:
        ended = self.run(script).exit
        assert (ended.code, ended.signal, ended.timed_out, ended.oom_killed) == (code, signal, False, False)

    def test_output_is_kept_and_handed_on_as_it_comes(self) -> None:
        came: list[bytes] = []
        ran = self.run("echo out; echo err >&2; printf end", on_output=came.append)
        assert sorted(ran.output.split()) == [b"end", b"err", b"out"]
        assert b"".join(came) == ran.output

    def test_a_flood_is_bounded_and_counted(self) -> None:
        ran = self.run("yes | head -c 3000000", max_output=10_000)
        assert 10_000 <= len(ran.output) < 10_100
        assert ran.dropped == 2_990_000
        assert b"2990000 bytes dropped" in ran.output

    def test_what_hangs_and_ignores_sigterm_is_killed_with_its_output_kept(self) -> None:
        ran = self.run("trap '' TERM; echo hung; sleep 1000", timeout=1.5)
        assert ran.exit.timed_out
        assert (ran.exit.code, ran.exit.signal) == (137, "SIGKILL")
        assert ran.output == b"hung\n"
        assert ran.exit.seconds < 60

    def test_stdin_arrives_whole_and_ends(self) -> None:
        sent = b"0123456789\n" * 50_000
        ran = self.run("cat", stdin=sent)
        assert ran.output == sent
        assert ran.exit.code == 0

    def test_stdin_need_not_be_read(self) -> None:
        assert self.run("true", stdin=b"x" * 5_000_000).exit.code == 0

    def test_memory_beyond_the_limit_is_told_from_other_kills(self) -> None:
        ended = self.run("tail /dev/zero", memory="32m").exit
        assert (ended.code, ended.oom_killed, ended.timed_out) == (137, True, False)

    def test_a_container_that_the_engine_refuses_is_a_value(self) -> None:
        ran = self.run("true", user="no-such-user")
        assert ran.exit.code is None
        assert "no-such-user" in ran.error

    def test_an_image_that_is_gone_is_not_the_containers_fault(self) -> None:
        with pytest.raises(EngineError, match="is gone"):
            self.run("true", image="tf-docker-check-tests/never-made:1")

    def test_runs_do_not_disturb_each_other(self) -> None:
        with ThreadPoolExecutor(6) as pool:
            runs = list(pool.map(lambda code: self.run(f"exit {code}"), range(1, 7)))
        assert [ran.exit.code for ran in runs] == [1, 2, 3, 4, 5, 6]

    def test_nothing_is_left_of_a_run(self) -> None:
        self.run("exit 7")
        self.run("true", user="no-such-user")
        self.engine.find_executable(self.shell, ("sh",), self.labels)
        assert self.engine.sweep(self.labels) == 0

    # -- networks

    def test_a_network_is_removed_once_and_by_its_labels(self) -> None:
        first, second = (self.engine.create_network(self.labels) for _ in range(2))
        assert first != second
        self.engine.remove_network(first)
        self.engine.remove_network(first)
        assert self.engine.sweep({**self.labels, "tf-docker-check.cell": "another"}) == 0
        assert self.engine.sweep(self.labels) == 1

    # -- looking

    def test_a_program_is_found_along_the_path(self) -> None:
        assert self.engine.find_executable(self.shell, ("python3", "sh")) == "/bin/sh"

    def test_a_program_that_is_not_there_is_not_found(self) -> None:
        assert self.engine.find_executable(self.shell, ("python3",)) == ""

    def test_an_unknown_image_is_none(self) -> None:
        assert self.engine.inspect("tf-docker-check-tests/never-made:1") is None

    def test_files_of_a_container_that_has_ended_are_seen_from_outside(self) -> None:
        seen: dict[str, int] = {}
        script = "mkdir /a; printf ..... > /a/file; ln -s a /b; ln -s /b/file /c; ln -s loop /loop"
        paths = ("/a/file", "/b/file", "/c", "/loop", "/none", "/a/file/none")
        content: dict[str, bytes] = {}

        def look(files: ContainerFiles) -> None:
            seen.update(files.sizes(paths))
            content.update({path: b"".join(files.chunks(path)) for path in ("/a/file", "/none", "/a")})

        self.run(script, after=look)
        assert seen == dict.fromkeys(("/a/file", "/b/file", "/c"), 5)
        assert content == {"/a/file": b".....", "/none": b"", "/a": b""}

    # -- building

    def test_a_build_yields_a_labelled_image_that_runs(self) -> None:
        tag = f"tf-docker-check-tests/made:{uuid.uuid4().hex}"
        built = self.engine.build(self.request("echo built > /made", tag=tag))
        assert built.image
        assert built.image.reference == tag
        assert self.labels.items() <= dict(built.image.labels).items()
        assert self.engine.inspect(built.image.id) is not None
        assert self.run("cat /made", image=built.image.reference).output == b"built\n"
        assert self.engine.sweep(self.labels) == 1
        assert self.engine.inspect(built.image.id) is None

    def test_a_failing_step_is_named_with_its_exit_code_and_log(self) -> None:
        built = self.engine.build(self.request("echo before; exit 7"))
        assert built.image is None
        assert built.exit_code == 7
        assert built.log == "before\n"
        (failed,) = (step for step in built.steps if step.error)
        assert failed.name.endswith("] RUN echo before; exit 7")
        assert self.engine.sweep(self.labels) == 0

    def test_a_build_that_hangs_is_stopped_with_its_output_kept(self) -> None:
        built = self.engine.build(self.request("echo waiting; sleep 1000", timeout=4.0))
        assert built.timed_out
        assert built.image is None
        assert built.log == "waiting\n"
        assert built.seconds < 60

    def test_missing_input_is_the_callers_mistake_all_at_once(self, tmp_path: Path) -> None:
        secrets = (Secret("a", env="TF_DOCKER_CHECK_UNSET"), Secret("b", file=str(tmp_path / "none")))
        with pytest.raises(UsageError) as caught:
            self.engine.build(self.request("true", context=str(tmp_path / "gone"), secrets=secrets))
        assert all(word in str(caught.value) for word in ("gone", "TF_DOCKER_CHECK_UNSET", "none"))

    # -- cleaning up

    def test_what_a_run_has_is_known_to_be_of_a_process_that_lives(self) -> None:
        built = self.engine.build(self.request("echo traced", tag=f"tests/traced:{uuid.uuid4().hex}"))
        network = self.engine.create_network(self.labels)
        (trace,) = (each for each in self.engine.traces() if each.labels.items() & self.labels.items())
        assert (trace.ended, str(trace), bool(built.image)) == (False, "1 network, 1 image", True)
        assert self.engine.sweep(trace.labels) == 2
        self.engine.remove_network(network)

    def test_removing_twice_is_fine(self) -> None:
        built = self.engine.build(self.request("echo twice"))
        assert built.image
        self.engine.remove_image(built.image.id)
        self.engine.remove_image(built.image.id)
        assert self.engine.inspect(built.image.id) is None

    def test_a_sweep_takes_only_what_carries_every_label(self) -> None:
        built = self.engine.build(self.request("echo mine"))
        assert built.image
        assert self.engine.sweep({**self.labels, "tf-docker-check.cell": "another"}) == 0
        assert self.engine.inspect(built.image.id) is not None

    def test_a_sweep_without_labels_is_refused(self) -> None:
        with pytest.raises(ValueError, match="everything"):
            self.engine.sweep({})

    def test_closing_stops_what_is_under_way(self) -> None:
        threading.Timer(1.5, self.engine.close).start()
        began = time.monotonic()
        with pytest.raises(EngineError, match="stopped"):
            self.run("echo up; sleep 1000")
        with pytest.raises(EngineError, match="stopped"):
            self.engine.build(self.request("sleep 1000"))
        assert time.monotonic() - began < 60
        assert self.engine.sweep(self.labels) == 0

    def test_an_image_that_does_not_exist_is_told_apart(self) -> None:
        with pytest.raises(ImageNotFound):
            self.engine.pull(self.missing)
