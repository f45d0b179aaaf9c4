"""What builders print: buildx as JSON and for people, the classic builder's events; and what a failed build is."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from fuzz.bend import CUTS, bent, bent_json, pieces
from tf_docker_check.engine.build_failure import failed_build_result, timed_out_build_result
from tf_docker_check.engine.classic_progress import ClassicProgress
from tf_docker_check.engine.plain_progress import PlainProgress
from tf_docker_check.engine.rawjson import RawJson
from tf_docker_check.engine.steps import LOG_LIMIT, MOST_STEPS, TEXT_LIMIT, Steps
from tf_docker_check.engine.stream import Lines
from tf_docker_check.errors import CheckError

RAN = "/bin/sh -c echo before; exit 7"
FAILED = f'process "{RAN}" did not complete successfully: exit code: 7'
STARTED = {
    "digest": "sha256:5",
    "name": "[2/2] RUN echo before; exit 7",
    "started": "2026-11-22T12:07:49.286496463Z",
}
METADATA = "[internal] load metadata for docker.io/library/python:3.12-slim"
STATUSES: list[dict[str, Any]] = [
    {"vertexes": [{"digest": "sha256:4", "name": METADATA, "started": "2026-11-22T12:07:49Z"}]},
    {"vertexes": [{"digest": "sha256:4", "completed": "2026-11-22T12:07:49.5Z", "cached": True}]},
    {"vertexes": [STARTED], "statuses": [{"id": "extracting", "vertex": "sha256:5", "current": 1}]},
    {"logs": [{"vertex": "sha256:5", "stream": 1, "data": base64.b64encode(b"before\n").decode()}]},
    {"vertexes": [{**STARTED, "completed": "2026-11-22T12:07:51.786496463Z", "error": FAILED}]},
]
LAST = f"Dockerfile:2\n--------------------\n   2 | >>> RUN x\n--------------------\nERROR: failed to solve: {FAILED}\n"
PLAIN = f"""\
#0 building with "default" instance using docker driver
#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 98B done
#1 DONE 0.1s
#2 {METADATA}
#2 ERROR: failed to do request: dial tcp: lookup hub: no such host
#4 [1/3] FROM docker.io/library/python:3.12-slim
#4 CACHED
#5 [a 2/3] RUN echo before; exit 7
#5 0.207 before
#5 ERROR: {FAILED}
{LAST}"""
WORDS = [
    *(
        "exit code: 7",
        "did not complete successfully: exit code: ",
        "context canceled",
        "no such file or directory",
    ),
    *(
        "failed to compute cache key: ",
        "not found",
        "dockerfile parse error on line 3: ",
        "ERROR: ",
        "#5 ",
        "DONE 1.0s",
    ),
    *(
        "toomanyrequests",
        "unauthorized",
        "no space left on device",
        "error from sender: ",
        "[1/2] COPY a b",
        "CACHED",
    ),
    *(
        "load metadata for ",
        "resolve image config for x",
        "returned a non-zero code: 3",
        "\n",
        "99999999",
        "CANCELED",
    ),
]
CLASSIC: list[dict[str, Any]] = [
    {"stream": "Step 1/2 : FROM python:3.12-slim\n"},
    {"stream": " ---> 0123456789ab\n"},
    {"status": "Pulling from library/python", "id": "3.12-slim", "progressDetail": {"current": 1}},
    {"stream": "Step 2/2 : RUN false\n"},
    {"stream": "\x1b[91mfailed\n\x1b[0m"},
    {"aux": {"ID": "sha256:0"}},
    {"errorDetail": {"code": 1}, "error": "The command '/bin/sh -c false' returned a non-zero code: 1"},
]
VALUES = [*WORDS, FAILED, METADATA, "sha256:4", "2026-11-22T12:07:49Z", "9999-12-31T23:59:59.9Z", "YQ=="]
OBJECTS = st.lists(
    st.sampled_from(STATUSES).map(lambda one: json.dumps(one).encode()) | bent_json(STATUSES, VALUES)
)
RAW = st.tuples(st.just("raw"), OBJECTS.map(lambda lines: b"\n".join([*lines, LAST.encode()])), CUTS)
TEXT = st.tuples(
    st.just("plain"), bent([PLAIN], WORDS, 12).map(lambda text: text.encode("utf-8", "replace")), CUTS
)
EVENTS = st.lists(
    st.sampled_from(CLASSIC).map(lambda one: json.dumps(one).encode()) | bent_json(CLASSIC, VALUES)
)
OLD = st.tuples(st.just("classic"), EVENTS.map(b"\n".join), CUTS)
FRAMES = [bytes((1, 0, 0, 0, 0, 0, 0, 5)) + b"out\nx", bytes((2, 0, 0, 0, 0, 0, 0, 3)) + b"err"]
ATTACHED = st.tuples(st.just("attached"), bent([b"".join(FRAMES * 3)], FRAMES), CUTS)
INPUTS = st.one_of(RAW, TEXT, OLD, ATTACHED)


def check(value: tuple[str, bytes, list[int]]) -> None:
    kind, data, cuts = value
    if kind == "attached":
        assert _lines([data]) == _lines(pieces(data, cuts))
        return
    if kind == "classic":
        _judge(_events(data))
        return
    reader = RawJson if kind == "raw" else PlainProgress
    whole, cut = reader(), reader()
    began = whole.feed(data)
    assert began == [name for piece in pieces(data, cuts) for name in cut.feed(piece)]
    whole.finish()
    cut.finish()
    assert whole.steps.values() == cut.steps.values()
    assert whole.steps.text == cut.steps.text
    _judge(whole.steps)


def _events(data: bytes) -> Steps:
    parser = ClassicProgress()
    for line in data.splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):  # the SDK yields what it decodes
            parser.take(event)
    parser.finish()
    assert isinstance(parser.image, str)
    return parser.steps


def _judge(steps: Steps) -> None:
    values = steps.values()
    assert len(values) <= MOST_STEPS
    assert len(steps.text) <= LOG_LIMIT
    for step in values:
        assert math.isfinite(step.seconds)
        assert max(len(step.name), len(step.error)) <= TEXT_LIMIT
        assert len(step.log) <= LOG_LIMIT
    for judge in (lambda: failed_build_result(steps, 1.0), lambda: timed_out_build_result(steps, 1.0, 60.0)):
        try:
            built = judge()
        except CheckError as error:
            assert error.what
        else:
            assert built.image is None
            assert built.error or not steps.text.strip()


def _lines(parts: Sequence[bytes]) -> list[bytes]:
    """The bytes of each stream; where lines are handed on depends on what came together."""
    reader = Lines()
    return [b"".join([*(line for part in parts for line in reader.feed(part)), *reader.rest()])]
