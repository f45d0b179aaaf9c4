"""What sets the action off: the event's payload, the runner's variables and the action's inputs."""

from __future__ import annotations

from typing import get_args

from gha.test_event import RUNNER, payload
from hypothesis import strategies as st

from fuzz.bend import bent, bent_json
from fuzz.surface import folder
from tf_docker_check.config.inputs import read_inputs
from tf_docker_check.config.layer import Layer
from tf_docker_check.errors import UsageError
from tf_docker_check.gha.comment import Mode, RunStamp, Stamp, add_marker, digest, read
from tf_docker_check.gha.event import refuse_to_build
from tf_docker_check.gha.names import KEY
from tf_docker_check.gha.step import FLAGS, read_step
from tf_docker_check.model.defaults import FAIL_ON

FOLDER = folder("event")
NAMES = (
    *(
        "mode",
        "strategies",
        "comment-key",
        "comment-mode",
        "fail-on",
        "gpu",
        "build-args",
        "dockerfile",
        "context",
    ),
    *(
        "cpu-runs-on",
        "gpu-runs-on",
        "tensorflow-versions",
        "python-versions",
        "cell",
        "timeout-minutes",
        "allow",
    ),
    *("max-cells", "results-path", "config", *FLAGS),
)
TEXTS = bent(
    [
        "auto",
        "slim, official",
        ">=2.15,<2.18",
        "A=1\nB=2",
        '["self-hosted", "gpu"]',
        "docker/Dockerfile",
        "true",
        "3",
    ],
    ["\n", ",", "[", "]", '"', "=", "<", ">=2", "..", "require", "a" * 60],
)
VARIABLES = bent(
    [*RUNNER.values()], ["/", "@", "refs/heads/", "refs/tags/", "9" * 19, "a" * 40, "pull_request"]
)
EVENTS = st.sampled_from(
    ["push", "pull_request", "pull_request_target", "workflow_run", "schedule", "merge_group"]
)
PAYLOADS = [
    payload(labels=[{"name": "bug"}]),
    {"workflow_run": {"id": 99, "event": "pull_request"}, "merge_group": {"base_ref": "refs/heads/main"}},
]
INPUTS = st.tuples(
    bent_json(PAYLOADS),
    st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=2),
    st.dictionaries(st.sampled_from(sorted(RUNNER)), VARIABLES, max_size=2),
    EVENTS,
)


def check(value: tuple[bytes, dict[str, str], dict[str, str], str]) -> None:
    data, given, variables, event = value
    file = FOLDER / "event.json"
    file.write_bytes(data)
    named = {f"INPUT_{name.upper()}": text for name, text in given.items()}
    step_of = {"GITHUB_WORKSPACE": str(FOLDER), "GITHUB_EVENT_PATH": str(file)}
    try:
        step = read_step({**RUNNER, "GITHUB_EVENT_NAME": event, **variables, **named, **step_of})
        run = step.run
        assert KEY.fullmatch(step.key)
        assert step.comment_mode in get_args(Mode)
        assert step.given.get("fail-on", FAIL_ON[0]) in FAIL_ON
        assert {step.wants(flag) for flag in FLAGS} <= {True, False}
        assert run.pull is None or run.pull.number > 0
        assert min(run.run_id, run.run_number, run.attempt, run.triggered_by) >= 0
        assert run.run_url.count("\n") == run.server.count("\n") * bool(run.run_url)
        assert not (run.fork and not run.read_only)
        _bears_its_stamp(
            f"{data!r}", Stamp(step.key, RunStamp(run.run_number, run.attempt, run.head, ""), "")
        )
        refuse_to_build(run)
    except UsageError as error:
        assert error.what.strip()
    layer, mistakes = read_inputs(given, Layer())
    assert all(str(mistake).startswith("input ") for mistake in mistakes)
    assert not {str(place) for place in layer.places.values()} - {f"input {name}" for name in NAMES}


def _bears_its_stamp(body: str, stamp: Stamp) -> None:
    """A comment is found by its first marker, and quotes no other."""
    whole = Stamp(stamp.key, stamp.run, digest(body))
    text = add_marker(f"<!-- tf-docker-check:v1 {body}", whole)
    assert read(text) == whole
    assert text.count("<!-- tf-docker-check") == 1
