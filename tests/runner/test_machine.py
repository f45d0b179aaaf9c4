from __future__ import annotations

from pathlib import Path

from runner.container import command
from runner.machine import Job, Machine, environment


def test_paths_are_the_containers_own_but_for_two_that_are_not_mounted() -> None:
    machine = Machine(Path("/runner/_work"), "org/models")
    told = environment(machine, Job(services={"ACTIONS_RESULTS_URL": "http://results"}), "s")
    assert told["GITHUB_WORKSPACE"] == "/github/workspace"
    assert told["GITHUB_OUTPUT"] == "/github/file_commands/set_output_s"
    assert told["GITHUB_EVENT_PATH"] == "/github/workflow/event.json"
    assert told["RUNNER_TEMP"] == "/github/runner_temp"
    assert told["RUNNER_WORKSPACE"] == "/runner/_work/models"
    assert told["RUNNER_TOOL_CACHE"] == "/runner/_work/_tool"
    assert told["ACTIONS_RESULTS_URL"] == "http://results"
    assert not {"ACTIONS_CACHE_SERVICE_V2", "GITHUB_TOKEN", "RUNNER_DEBUG"} & set(told)


def test_a_job_has_the_runners_folders_and_the_payload(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "org/models", user=tmp_path.stat().st_uid)
    machine.make({"number": 3})
    assert (machine.temp / "_github_workflow/event.json").read_text() == '{"number": 3}'
    assert (tmp_path / "models/models").is_dir()


def test_values_stay_off_the_command_line() -> None:
    line = command("i", ["INPUT_FAIL-ON"], {"/a": "/b"}, name="n", entrypoint="/post", args=["action"])
    options = ["-e", "INPUT_FAIL-ON", "-v", "/a:/b", "--entrypoint", "/post"]
    assert line[line.index("--rm") + 1 :] == [*options, "i", "action"]
